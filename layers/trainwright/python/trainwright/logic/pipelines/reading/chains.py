"""What a step needs besides its written dependencies: the data it reads, and its own model."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import takewhile
from typing import NamedTuple

from trainwright.logic.pipelines.expressions import steps_in, syntax_error
from trainwright.logic.pipelines.reading.expressed import Expressed, expressed
from trainwright.logic.pipelines.reading.merging import Merged
from trainwright.logic.pipelines.reading.nodes import Path
from trainwright.logic.pipelines.reading.placed import Placed
from trainwright.logic.pipelines.reading.spelling import nearest
from trainwright.models.pipelines.sections import Job
from trainwright.models.pipelines.steps import (
    ApproveStep,
    BaseStep,
    ChainedStep,
    ConditionStep,
    DeployStep,
)
from trainwright.models.pipelines.written import Written

SOURCES = ("Processing", "Training", "Tuning", "Transform")
"""Classes whose outputs other steps can be chained to."""

_BEFORE: dict[str, tuple[str, ...]] = {
    "CreateModel": ("Training", "Tuning"),
    "RegisterModel": ("Training", "Tuning"),
    "Transform": ("CreateModel",),
    "Metrics": ("Transform",),
}
"""What must stand earlier among the steps of the same model."""

_NAMED: Mapping[type[BaseStep], Mapping[str, str]] = {
    ConditionStep: {"step": ""},
    DeployStep: {"model_step": "CreateModel"},
    ApproveStep: {"package": "RegisterModel"},
}
"""Keys that name a step whose outputs are read, and the class that it must have, if any."""

_READS_WHAT_IS_BEFORE = ("CreateModel", "RegisterModel", "Transform")


class Need(NamedTuple):
    """That a step comes after another; *data*: it reads what the other made."""

    step: str
    data: bool


class Chains:
    """Finds the needs of steps that are not written as dependencies."""

    def __init__(
        self,
        placed: Sequence[Placed],
        written: AbstractSet[str],
        merged: Merged,
        broken: AbstractSet[Path],
    ) -> None:
        self._written = written
        self._broken = broken
        self._complaints: dict[str, str | None] = {}
        self._placed = placed
        self._merged = merged
        self._by_name: dict[str, list[Placed]] = {}
        for step in placed:
            for name in step.names:
                self._by_name.setdefault(name, []).append(step)

    def named(self, name: str) -> list[str]:
        """Give the steps that *name* stands for: itself, or all inside of a ForEach."""
        return [step.step.step_name for step in self._by_name.get(name, ())]

    def report_unknown(self, path: Path, name: str) -> None:
        """Report that there is no step *name*; a ForEach without items has none, and may."""
        if name in self._written:
            return
        found = nearest(name, self._by_name)
        hint = f"; did you mean '{found}'?" if found else ""
        self._merged.report(path, f"'{name}' is no step{hint}")

    def sources(self, placed: Placed) -> tuple[str, ...]:
        """Give the steps that one is chained to, each by its own name."""
        chained = getattr(placed.step, "chain_input_source_step", ())
        return tuple(dict.fromkeys(step for name in chained for step in self.named(name)))

    def needs(
        self, placed: Placed, section: Written | None, texts: Iterable[Expressed]
    ) -> Iterator[Need]:
        """Give the needs of a step with these expressions in its section; report what is wrong."""
        yield from self._chained(placed)
        yield from self._model(placed)
        own = expressed(placed.step.model_dump(by_alias=True), placed.path)
        yield from self._referred((*own, *texts))
        yield from self._named(placed)
        self._check_inputs(placed, section)

    def _chained(self, placed: Placed) -> Iterator[Need]:
        if not isinstance(placed.step, ChainedStep):
            return
        for at, name in enumerate(placed.step.chain_input_source_step):
            path = (*placed.path, "chain_input_source_step", at)
            sources = self._by_name.get(name, [])
            if not sources:
                self.report_unknown(path, name)
            for source in sources:
                if source.kind not in SOURCES and source.path not in self._broken:
                    message = (
                        f"'{name}' is a {source.kind} step, which has no output to chain; "
                        f"possible: {', '.join(SOURCES)}"
                    )
                    self._merged.report(path, message)
                yield Need(source.step.step_name, data=True)

    def _model(self, placed: Placed) -> Iterator[Need]:
        """Give the step of the same model that this one's class builds on."""
        before = _BEFORE.get(placed.kind)
        if before is None:
            return
        found = self.earlier(placed, before)
        if found is None and not self._has_broken_steps(placed.model):
            kinds = " or ".join(before)
            message = f"a {placed.kind} step needs a {kinds} step earlier in '{placed.model}'"
            self._merged.report(placed.path, message)
        elif found and placed.kind in _READS_WHAT_IS_BEFORE:
            yield Need(found.step.step_name, data=True)
        if placed.kind == "RegisterModel" and (report := self.earlier(placed, ("Metrics",))):
            yield Need(report.step.step_name, data=True)

    def _has_broken_steps(self, model: str) -> bool:
        return any(step.path in self._broken for step in self._placed if step.model == model)

    def earlier(self, placed: Placed, kinds: Sequence[str]) -> Placed | None:
        """Give the last step of one of *kinds* before this one in its model."""
        found = None
        for other in takewhile(lambda other: other is not placed, self._placed):
            same = other.model == placed.model and other.variables == placed.variables
            if same and other.kind in kinds:
                found = other
        return found

    def _referred(self, texts: Iterable[Expressed]) -> Iterator[Need]:
        """Give the steps that expressions read."""
        for path, text in texts:
            if text not in self._complaints:
                self._complaints[text] = syntax_error(text)
            if complaint := self._complaints[text]:
                self._merged.report(path, complaint)
                continue
            for name in sorted(steps_in(text)):
                if self._one(path, name):
                    yield Need(name, data=True)

    def _named(self, placed: Placed) -> Iterator[Need]:
        """Give the steps that a key of this one's class names."""
        for key, kind in _NAMED.get(type(placed.step), {}).items():
            path = (*placed.path, key)
            if not (name := getattr(placed.step, key)) or not (found := self._one(path, name)):
                continue
            if kind and found.kind != kind and found.path not in self._broken:
                message = f"'{name}' is a {found.kind} step; name a {kind} step"
                self._merged.report(path, message)
            yield Need(name, data=True)

    def _one(self, path: Path, name: str) -> Placed | None:
        """Give the one step *name*; a name that stands for several is reported, as is none."""
        found = self._by_name.get(name, [])
        for step in found:
            if step.step.step_name == name:
                return step
        if found:
            first = found[0].step.step_name
            message = f"'{name}' is done for each item; name one, such as '{first}'"
            self._merged.report(path, message)
        elif name in self._written:
            self._merged.report(path, f"'{name}' is done for no item, so it has nothing to read")
        else:
            self.report_unknown(path, name)
        return None

    def _check_inputs(self, placed: Placed, section: Written | None) -> None:
        if not isinstance(section, Job) or not isinstance(placed.step, ChainedStep):
            return
        files = sum(len(channel.dataFiles) for channel in section.channels.values())
        reported = set(placed.step.chain_input_source_step) - self._written - self._by_name.keys()
        total = files + len(self.sources(placed)) + len(reported)
        if placed.kind in {"Training", "Tuning"} and not total:
            self._merged.report(
                placed.path, "has no input: neither 'dataFiles' in a channel nor a chained step"
            )
        if placed.kind == "Transform" and total != 1:
            message = f"needs exactly one input, a data file or a chained step; found {total}"
            self._merged.report(placed.path, message)
