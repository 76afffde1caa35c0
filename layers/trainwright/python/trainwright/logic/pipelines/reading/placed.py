"""The steps in the order of the file, a ForEach unrolled, each with its place in the file."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from trainwright.errors import InvalidRequestError
from trainwright.logic.pipelines.expressions import evaluate, steps_in
from trainwright.logic.pipelines.reading.merging import Merged
from trainwright.logic.pipelines.reading.nodes import Path
from trainwright.models.pipelines.document import PipelineSection
from trainwright.models.pipelines.steps import BaseStep, ChainedStep, ForEachStep
from trainwright.models.pipelines.written import is_expression

_SECTION = "sagemakerPipeline"
_MAX_STEPS = 10_000
_PARAMETER = re.compile(r"\$parameters\s*\.\s*`?(\w+)")


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
    for step, model, path in _written(pipeline):
        if isinstance(step, ForEachStep):
            items = _items(step, (*path, "items"), pipeline, parameters, merged)
            placed.extend(_unrolled(step, model, path, items))
        else:
            placed.append(Placed(step, model, path, {}, (step.step_name,)))
    _report_doubles(placed, merged)
    if len(placed) > _MAX_STEPS:
        merged.report((_SECTION,), f"has {len(placed)} steps; {_MAX_STEPS} are the most")
    return placed


def names_in(pipeline: PipelineSection) -> set[str]:
    """Give every name that is written: also those of a ForEach, which may have no items."""
    names = set()
    for step, _, _ in _written(pipeline):
        names.add(step.step_name)
        if isinstance(step, ForEachStep):
            names |= {inner.step_name for inner in step.steps}
    return names


def _written(pipeline: PipelineSection) -> Iterator[tuple[BaseStep, str, Path]]:
    """Give each step with its model and its place."""
    for model, steps in pipeline.models.items():
        for at, step in enumerate(steps.steps):
            yield step, model, (_SECTION, "models", model, "steps", at)
    for at, step in enumerate(pipeline.steps):
        yield step, "", (_SECTION, "steps", at)


def _unrolled(step: ForEachStep, model: str, path: Path, items: Iterable[Any]) -> Iterator[Placed]:
    for index, item in enumerate(items):
        siblings = {inner.step_name: f"{inner.step_name}-{index}" for inner in step.steps}
        for at, inner in enumerate(step.steps):
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
    step: ForEachStep,
    path: Path,
    pipeline: PipelineSection,
    parameters: Mapping[str, Any],
    merged: Merged,
) -> Sequence[Any]:
    if not is_expression(step.items):
        return step.items
    text = str(step.items)
    if set(_PARAMETER.findall(text)) & (pipeline.parameters.keys() - parameters.keys()):
        return [None]  # not known yet: stands for whatever it will be
    try:
        return _evaluated(text, parameters)
    except InvalidRequestError as error:
        merged.report(path, str(error))
        return []


def _evaluated(text: str, parameters: Mapping[str, Any]) -> list[Any]:
    if steps_in(text):
        message = "must be known before the run, so it can read parameters but no step"
        raise InvalidRequestError(message)
    items = evaluate(text, {"parameters": dict(parameters)})
    if not isinstance(items, list):
        raise InvalidRequestError(f"must be a list; found {items!r:.80}")
    if len(items) > _MAX_STEPS:
        raise InvalidRequestError(f"has {len(items)} items; {_MAX_STEPS} steps are the most")
    return items


def _report_doubles(placed: list[Placed], merged: Merged) -> None:
    first: dict[str, Placed] = {}
    for step in placed:
        name = step.step.step_name
        if name in first and first[name].path != step.path:
            line = merged.finding((*first[name].path, "step_name"), "").line
            merged.report((*step.path, "step_name"), f"'{name}' is a step of line {line} already")
        first.setdefault(name, step)
