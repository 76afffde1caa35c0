"""The last part of reading: steps, sections and edges become one definition."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from trainwright.errors import InvalidRequestError
from trainwright.logic.pipelines.reading.chains import Chains, Need
from trainwright.logic.pipelines.reading.dependencies import edges_of, in_order
from trainwright.logic.pipelines.reading.document import read_document
from trainwright.logic.pipelines.reading.merging import Merged, merge
from trainwright.logic.pipelines.reading.nodes import Path
from trainwright.logic.pipelines.reading.parameters import parameter_values
from trainwright.logic.pipelines.reading.placed import Placed, names_in, place_steps
from trainwright.logic.pipelines.reading.sections import Sections
from trainwright.models.pipelines.definition import DefinedStep, Definition, Finding
from trainwright.models.pipelines.document import Document
from trainwright.models.pipelines.steps import ConditionStep
from trainwright.models.pipelines.written import Written

_SECTION = "sagemakerPipeline"
_LINES = (_SECTION, "dependencies")


class Reading(NamedTuple):
    """A definition, or all the reasons why there is none."""

    definition: Definition | None
    findings: tuple[Finding, ...]
    parameters: dict[str, Any]
    """The values of the run, defaults included."""


def read_pipeline(
    files: Iterable[tuple[str, str]],
    values: Mapping[str, str],
    given: Mapping[str, Any] | None = None,
) -> Reading:
    """Read *files* (name and text).

    *values* fill in the `SMP_*` placeholders, *given* the parameters; without it (None) a
    parameter that has no default is not missed, as when a file is only checked.
    """
    merged = merge(files, values)
    readable = merged.conf or not merged.findings
    document, broken = read_document(merged) if readable else (None, frozenset())
    if document is None:
        return Reading(None, _sorted(merged.findings), {})
    parameters = parameter_values(document.sagemakerPipeline.parameters, given, merged, broken)
    definition = _definition(document, parameters, merged, broken)
    findings = _sorted(merged.findings)
    return Reading(None if findings else definition, findings, parameters)


def _definition(
    document: Document, parameters: Mapping[str, Any], merged: Merged, broken: AbstractSet[Path]
) -> Definition:
    pipeline = document.sagemakerPipeline
    placed = place_steps(pipeline, parameters, merged)
    if not placed and not broken:
        merged.report((_SECTION,), "has no steps")
    chains = Chains(placed, names_in(pipeline), merged, broken)
    sections = Sections(document.models, merged)
    used = {step.step.step_name: sections.of(step) for step in placed}
    sections.report_strangers()
    needs = {
        name: list(chains.needs(step, used[name], sections.expressed(step)))
        for step in placed
        for name in (step.step.step_name,)
    }
    lines: dict[Path, str] = {
        (*_LINES, at): text for at, text in enumerate(pipeline.dependencies or ())
    }
    written = {path: text for path, text in lines.items() if path not in broken}
    _add_written(written, needs, chains, merged)
    branches = _branches(placed, needs, chains)
    order = _order(needs, merged)
    by_name = {step.step.step_name: step for step in placed}
    steps = (
        _step(by_name[name], used[name], needs[name], branches[name], sections, chains)
        for name in order
    )
    return Definition(
        pipeline=pipeline,
        network=document.sagemakerNetworkSecurity,
        bucket=document.s3Bucket,
        models=document.models,
        steps=tuple(steps),
    )


def _add_written(
    lines: Mapping[Path, str], needs: dict[str, list[Need]], chains: Chains, merged: Merged
) -> None:
    for path, text in lines.items():

        def named(name: str, path: Path = path) -> list[str]:
            if not (found := chains.named(name)):
                chains.report_unknown(path, name)
            return found

        try:
            for before, after in edges_of(text, named):
                needs[after].append(Need(before, data=False))
        except InvalidRequestError as error:
            merged.report(path, str(error))


def _branches(
    placed: Iterable[Placed], needs: dict[str, list[Need]], chains: Chains
) -> dict[str, list[tuple[str, bool]]]:
    """Make every step of a branch come after its condition."""
    branches: dict[str, list[tuple[str, bool]]] = {name: [] for name in needs}
    for condition in placed:
        step = condition.step
        if not isinstance(step, ConditionStep):
            continue
        for key, names, answer in (("then", step.then, True), ("else", step.otherwise, False)):
            for name in names:
                if not (found := chains.named(name)):
                    chains.report_unknown((*condition.path, key), name)
                for inner in found:
                    needs[inner].append(Need(step.step_name, data=False))
                    branches[inner].append((step.step_name, answer))
    return branches


def _order(needs: Mapping[str, Iterable[Need]], merged: Merged) -> list[str]:
    try:
        return in_order({name: [need.step for need in found] for name, found in needs.items()})
    except InvalidRequestError as error:
        merged.report(_LINES, str(error))
        return []


def _step(
    placed: Placed,
    section: Written | None,
    needs: Iterable[Need],
    branches: Iterable[tuple[str, bool]],
    sections: Sections,
    chains: Chains,
) -> DefinedStep:
    step, sources = placed.step, chains.sources(placed)
    if sources != getattr(step, "chain_input_source_step", ()):
        step = step.model_copy(update={"chain_input_source_step": sources})
    return DefinedStep(
        step=step,
        model=placed.model,
        head=sections.head(placed.model),
        section=section,
        needs=tuple(dict.fromkeys(need.step for need in needs)),
        data_from=tuple(dict.fromkeys(need.step for need in needs if need.data)),
        branches=tuple(branches),
        variables=placed.variables,
    )


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    unique = dict.fromkeys(findings)
    return tuple(sorted(unique, key=lambda it: (it.file, it.line, it.column, it.key, it.message)))
