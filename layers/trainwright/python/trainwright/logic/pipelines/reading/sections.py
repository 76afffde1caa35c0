"""Which section of its model a step uses, and what kind of section that must be."""

from collections.abc import Iterator, Mapping
from typing import Any

from trainwright.logic.pipelines.reading.expressed import Expressed, expressed
from trainwright.logic.pipelines.reading.merging import Merged
from trainwright.logic.pipelines.reading.placed import Placed
from trainwright.logic.pipelines.reading.shape import validate
from trainwright.logic.pipelines.reading.spelling import called_otherwise, choice, nearest
from trainwright.models.pipelines.document import ModelHead
from trainwright.models.pipelines.sections import (
    EvaluateSection,
    ProcessingSection,
    RegistrySection,
    TrainingSection,
    TransformSection,
    TuningSection,
)
from trainwright.models.pipelines.written import Written

_KINDS: dict[str, tuple[type[Written], str]] = {
    "Processing": (ProcessingSection, ""),
    "Training": (TrainingSection, "train"),
    "Tuning": (TuningSection, "tune"),
    "CreateModel": (RegistrySection, "registry"),
    "Transform": (TransformSection, "transform"),
    "Metrics": (EvaluateSection, "evaluate"),
    "RegisterModel": (RegistrySection, "registry"),
}
"""For each class of step, the kind of its section and the section's usual name."""

_NO_SECTION = "must be a mapping: the settings of a kind of job"
_USUAL = frozenset(name for _, name in _KINDS.values() if name)
_HEAD = frozenset(ModelHead.model_fields)


class Sections:
    """Finds and reads sections, each once."""

    def __init__(self, models: Mapping[str, Mapping[str, Any]], merged: Merged) -> None:
        self._models = models
        self._merged = merged
        self._read: dict[tuple[str, str, type[Written]], Written | None] = {}
        self._heads: dict[str, ModelHead] = {}

    def head(self, model: str) -> ModelHead:
        """Give what is said of *model* besides its sections."""
        if model not in self._heads:
            data = {k: v for k, v in self._models.get(model, {}).items() if k in _HEAD}
            found = validate(self._merged, ("models", model), data, ModelHead)
            self._heads[model] = found or ModelHead()
        return self._heads[model]

    def of(self, placed: Placed) -> Written | None:
        """Give the section of a step; None if its class has none, or if it was reported."""
        if placed.kind not in _KINDS:
            return None
        kind, name = _KINDS[placed.kind][0], _name_of(placed)
        if not self._has_model(placed):
            return None
        if not name:
            message = f"lacks 'step_type', the section of '{placed.model}' that it runs"
            self._merged.report(placed.path, message)
            return None
        sections = self._models[placed.model]
        if name not in sections:
            self._report_missing(placed, name)
        if not isinstance(sections.get(name), dict):
            return None
        key = (placed.model, name, kind)
        if key not in self._read:
            path = ("models", placed.model, name)
            self._read[key] = validate(self._merged, path, sections[name], kind)
        return self._read[key]

    def expressed(self, placed: Placed) -> Iterator[Expressed]:
        """Give the expressions in the section of a step, as they are written."""
        if placed.kind in _KINDS:
            name = _name_of(placed)
            section = self._models.get(placed.model, {}).get(name)
            yield from expressed(section, ("models", placed.model, name))

    def report_strangers(self) -> None:
        """Report what is neither a key of a model nor a section; a section may go unused."""
        for model, parts in self._models.items():
            for name in parts.keys() - _HEAD:
                if isinstance(parts[name], dict):
                    continue
                usual = name in _USUAL
                message = _NO_SECTION if usual else choice(name, _HEAD | _USUAL, "no key here")
                self._merged.report(("models", model, name), message)

    def _has_model(self, placed: Placed) -> bool:
        if placed.model in self._models:
            return True
        if not placed.model:
            message = f"a {placed.kind} step belongs to a model: write it below 'models'"
            self._merged.report(placed.path, message)
            return False
        found = nearest(placed.model, self._models)
        hint = f"; did you mean '{found}'?" if found else ""
        self._merged.report(
            placed.path[:3], f"'{placed.model}' has no section in conf.models{hint}"
        )
        return False

    def _report_missing(self, placed: Placed, name: str) -> None:
        sections = self._models[placed.model]
        known = sorted(name for name in sections if isinstance(sections[name], dict))
        if other := called_otherwise(name, known):
            message = f"'{other}' is no section of a {placed.kind} step; did you mean '{name}'?"
            self._merged.report(("models", placed.model, other), message)
            return
        found = nearest(name, known)
        hint = f"did you mean '{found}'?" if found else f"it has {', '.join(known) or 'none'}"
        self._merged.report(placed.path, f"model '{placed.model}' has no section '{name}'; {hint}")


def _name_of(placed: Placed) -> str:
    """Give the name of a step's section; "" if it lacks one."""
    return getattr(placed.step, "step_type", "") or _KINDS[placed.kind][1]
