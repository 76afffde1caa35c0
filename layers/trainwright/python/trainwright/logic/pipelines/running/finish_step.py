"""State `Record success`: what a step made, and the steps that can start now."""

from trainwright.logic.pipelines.running.advance import end_step
from trainwright.logic.pipelines.running.begin_step import SETTLED
from trainwright.logic.pipelines.running.caching import entry_of
from trainwright.logic.pipelines.running.ports import Running
from trainwright.logic.pipelines.running.reports import numbers_in, read_report
from trainwright.models.message import JsonObject
from trainwright.models.pipelines.progress import StepRecord, StepStatus
from trainwright.models.pipelines.sections import REPORT
from trainwright.models.pipelines.states import FinishedStep, FinishStepRequest


def finish_step(request: FinishStepRequest, ports: Running) -> FinishedStep:
    """Record the end of a step whose work went well, or had been done before."""
    target = request.target
    record = ports.progress.step(target.ref.run, target.step)
    if not record.status.ended:
        record = _ended(request, record, ports)
    started = end_step(target.ref, record, ports)
    return FinishedStep(step=target.step, status=record.status, started=tuple(started))


def _ended(request: FinishStepRequest, record: StepRecord, ports: Running) -> StepRecord:
    result, now = request.result, ports.now()
    if SETTLED in result:
        update: JsonObject = {
            "status": StepStatus(result[SETTLED]),
            "outputs": result.get("outputs", {}),
            "cached_from": result.get("from", ""),
            "reason": result.get("reason", ""),
        }
        return record.model_copy(update=update | {"ended": now})
    outputs = outputs_of(record, result, ports)
    if record.cache_key and record.plan.cache_days:
        ref = request.target.ref
        components = record.cache_components
        entry = entry_of(record.cache_key, ref.run, now, outputs, components, ports)
        ports.cache.keep(ref.pipeline, record.step, entry, record.plan.cache_days)
    return record.model_copy(
        update={"status": StepStatus.SUCCEEDED, "outputs": outputs, "ended": now}
    )


def outputs_of(record: StepRecord, result: JsonObject, ports: Running) -> JsonObject:
    """Give what expressions can read of a step: its result, and the numbers of its report."""
    outputs = {key: value for key, value in result.items() if key != "artifact"}
    if "artifact" in result:
        outputs["model_data"] = result["artifact"]
    places = {name: uri.rstrip("/") for name, uri in outputs.get("outputs", {}).items()}
    if places:
        outputs["outputs"] = places
    if record.plan.kind == "Metrics":
        report = read_report(f"{places[REPORT]}/{REPORT}.json", ports.store)
        outputs["metrics"] = numbers_in(report)
    return outputs
