"""Which section of its model a step uses, and what kind of section that must be."""

from collections.abc import Mapping
from typing import Any

from trainwright.logic.pipelines.expressions import expressions_in, syntax_error
from trainwright.logic.pipelines.reading.merging import Merged
from trainwright.logic.pipelines.reading.nodes import Path
from trainwright.logic.pipelines.reading.placed import Placed
from trainwright.logic.pipelines.reading.shape import validate
from trainwright.logic.pipelines.reading.spelling import choice, nearest
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
        kind, usual = _KINDS[placed.kind]
        name = getattr(placed.step, "step_type", "") or usual
        if not self._has_model(placed):
            return None
        if not name:
            message = f"lacks 'step_type', the section of '{placed.model}' that it runs"
            self._merged.report(placed.path, message)
            return None
        section = self._models[placed.model].get(name)
        if not isinstance(section, dict):
            self._report_missing(placed, name)
            return None
        key = (placed.model, name, kind)
        if key not in self._read:
            self._read[key] = self._validated(("models", placed.model, name), section, kind)
        return self._read[key]

    def report_strangers(self) -> None:
        """Report what is neither a key of a model nor a section; a section may go unused."""
        usual = {name for _, name in _KINDS.values() if name}
        for model, parts in self._models.items():
            for name in parts.keys() - _HEAD:
                if not isinstance(parts[name], dict):
                    message = choice(name, _HEAD | usual, "no key here")
                    self._merged.report(("models", model, name), message)

    def _validated(self, path: Path, section: object, kind: type[Written]) -> Written | None:
        for text in expressions_in(section):
            if complaint := syntax_error(text):
                self._merged.report(path, complaint)
        return validate(self._merged, path, section, kind)

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
        known = sorted(self._models[placed.model].keys() - _HEAD)
        found = nearest(name, known)
        hint = f"did you mean '{found}'?" if found else f"it has {', '.join(known) or 'none'}"
        self._merged.report(placed.path, f"model '{placed.model}' has no section '{name}'; {hint}")
