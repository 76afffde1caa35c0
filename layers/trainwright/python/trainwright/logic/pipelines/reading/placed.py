"""The steps in the order of the file, a ForEach unrolled, each with its place in the file."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from trainwright.errors import InvalidRequestError
from trainwright.logic.pipelines.expressions import resolve
from trainwright.logic.pipelines.reading.merging import Merged
from trainwright.logic.pipelines.reading.nodes import Path
from trainwright.models.pipelines.document import PipelineSection
from trainwright.models.pipelines.steps import BaseStep, ChainedStep, ForEachStep

_SECTION = "sagemakerPipeline"
_MAX_STEPS = 10_000


class Placed(NamedTuple):
    """A step, the model that it belongs to ("": none) and where it is written."""

    step: BaseStep
    model: str
    path: Path
    variables: dict[str, Any]
    names: tuple[str, ...]
    """What other steps may call it: its name, and those of the ForEach around it."""

    @property
    def kind(self) -> str:
        """The step's class."""
        return str(getattr(self.step, "step_class"))  # noqa: B009 - each subclass has its own


def place_steps(
    pipeline: PipelineSection, parameters: Mapping[str, Any], merged: Merged
) -> list[Placed]:
    """List the steps; what cannot be unrolled is reported."""
    placed: list[Placed] = []
    for model, steps in pipeline.models.items():
        for at, step in enumerate(steps.steps):
            path: Path = (_SECTION, "models", model, "steps", at)
            placed.extend(_unrolled(step, model, path, parameters, merged))
    for at, step in enumerate(pipeline.steps):
        placed.extend(_unrolled(step, "", (_SECTION, "steps", at), parameters, merged))
    _report_doubles(placed, merged)
    if len(placed) > _MAX_STEPS:
        merged.report((_SECTION,), f"has {len(placed)} steps; {_MAX_STEPS} are the most")
    return placed


def _unrolled(
    step: BaseStep, model: str, path: Path, parameters: Mapping[str, Any], merged: Merged
) -> Iterator[Placed]:
    if not isinstance(step, ForEachStep):
        yield Placed(step, model, path, {}, (step.step_name,))
        return
    for index, item in enumerate(_items(step, path, parameters, merged)):
        for at, inner in enumerate(step.steps):
            siblings = {other.step_name: f"{other.step_name}-{index}" for other in step.steps}
            yield Placed(
                step=_renamed(inner, siblings),
                model=step.model or model,
                path=(*path, "steps", at),
                variables={"item": item, "index": index},
                names=(siblings[inner.step_name], inner.step_name, step.step_name),
            )


def _renamed(inner: BaseStep, siblings: Mapping[str, str]) -> BaseStep:
    update: dict[str, Any] = {"step_name": siblings[inner.step_name]}
    if isinstance(inner, ChainedStep):
        sources = inner.chain_input_source_step
        update["chain_input_source_step"] = tuple(siblings.get(name, name) for name in sources)
    return inner.model_copy(update=update)


def _items(
    step: ForEachStep, path: Path, parameters: Mapping[str, Any], merged: Merged
) -> list[Any]:
    try:
        items = resolve(step.items, {"parameters": dict(parameters)})
    except InvalidRequestError as error:
        merged.report((*path, "items"), str(error))
        return []
    if not isinstance(items, list):
        merged.report((*path, "items"), f"must be a list; found {items!r:.80}")
        return []
    return items


def _report_doubles(placed: list[Placed], merged: Merged) -> None:
    first: dict[str, Placed] = {}
    for step in placed:
        name = step.step.step_name
        if name in first and first[name].path != step.path:
            line = merged.finding((*first[name].path, "step_name"), "").line
            merged.report((*step.path, "step_name"), f"'{name}' is a step of line {line} already")
        first.setdefault(name, step)
