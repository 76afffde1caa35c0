"""Why a step was served by the cache, or was not."""

from trainwright.models.pipelines.progress import StepRecord, StepStatus
from trainwright_cli.errors import CliError
from trainwright_cli.pipelines.records import RunRecords


def explain(records: RunRecords, step: str | None) -> dict[str, list[str]]:
    """Give the explanation of each step, or of one."""
    chosen = [record for record in records.steps if step in (None, record.step)]
    if not chosen:
        raise CliError(f"run {records.run.ref.run} has no step '{step}'")
    return {record.step: _of(record) for record in chosen}


def _of(record: StepRecord) -> list[str]:
    if record.plan.cache_days is None:
        return ["always done anew: enable_cache is off"]
    if record.status is StepStatus.CACHED:
        return [f"served by the cache: run {record.cached_from} had done the same"]
    if not record.cache_key:
        return [f"not looked up: the step is {record.status.value.lower()}"]
    return ["done anew", *record.cache_miss]
