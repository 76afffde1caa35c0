"""From paths on the command line to a definition, a bundle and a plan."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from trainwright.logic.pipelines.planning.plan_pipeline import plan_pipeline
from trainwright.logic.pipelines.reading.definition import Reading
from trainwright.logic.pipelines.running.names import pipeline_run
from trainwright.models.account import Account
from trainwright.models.pipelines.definition import Definition, Finding
from trainwright.models.pipelines.plan import PipelinePlan
from trainwright_cli.errors import CliError, RefusedError
from trainwright_cli.pipelines.bundling import Bundled, bundle_pipeline
from trainwright_cli.pipelines.files import Sources, environment, find_sources, read_sources


class Loaded(NamedTuple):
    """A pipeline as read, with all that it was read from."""

    sources: Sources
    values: Mapping[str, str]
    definition: Definition
    parameters: Mapping[str, Any]


def findings_of(paths: Sequence[Path], root: Path, account: Account) -> tuple[Finding, ...]:
    """Give everything that is wrong with the files at *paths*."""
    return _read(paths, root, account, None)[2].findings


def load(
    paths: Sequence[Path], root: Path, account: Account, given: Mapping[str, Any] | None
) -> Loaded:
    """Read the files at *paths*; a RefusedError lists all that is wrong."""
    sources, values, reading = _read(paths, root, account, given)
    if reading.definition is None:
        raise RefusedError("the pipeline", reading.findings)
    return Loaded(sources, values, reading.definition, reading.parameters)


def bundle(loaded: Loaded, account: Account) -> Bundled:
    """Pack what the pipeline names."""
    return bundle_pipeline(loaded.sources, loaded.definition, loaded.values, account.bucket)


def plan(loaded: Loaded, bundled: Bundled, account: Account) -> PipelinePlan:
    """Plan a run; a RefusedError lists why there is none."""
    run = pipeline_run(loaded.definition.name, "plan").run
    staged = bundled.bundle.staged
    planned = plan_pipeline(loaded.definition, account, run, loaded.parameters, staged)
    if planned.plan is None:
        raise RefusedError("the pipeline", planned.problems)
    return planned.plan


def parameters(values: Sequence[str] | None) -> dict[str, Any]:
    """Read `name=value` words; a value that is JSON is taken as such."""
    found = {}
    for word in values or ():
        name, equals, text = word.partition("=")
        if not equals:
            raise CliError(f"'{word}' is not NAME=VALUE")
        try:
            found[name] = json.loads(text)
        except ValueError:
            found[name] = text
    return found


def _read(
    paths: Sequence[Path], root: Path, account: Account, given: Mapping[str, Any] | None
) -> tuple[Sources, Mapping[str, str], Reading]:
    values = environment(account)
    sources = find_sources(paths or [Path()], root, values)
    return sources, values, read_sources(sources, values, given)
