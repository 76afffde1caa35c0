"""From the upload to the training script's first line, and to the tested endpoint."""

from collections.abc import Iterable
from datetime import datetime

from benchmarks.bench import Bench
from benchmarks.histories import Visit, visits
from benchmarks.stack import Run, Stack, deployed
from benchmarks.table import Row, Table, Unit

RUNS = 10
FIRST_LINE_SECONDS = 1.5
FIRST_LINE = "upload to the first line of training"
TESTED = "upload to endpoint tested"
_NOTES = (
    (
        "The training does nothing, the model answers with a constant. Each run deploys a new "
        "endpoint; it is deleted after the run. The first run after `sam deploy` starts every "
        "function anew and is the row 'cold'; the others follow each other."
    ),
    (
        "The rows below tell where the time goes, state by state; a state that waits is left "
        "when its token is answered. 'Start' is from the upload to the first state."
    ),
)
type Times = dict[str, float]


def measure(bench: Bench) -> Table:
    """Run once cold, then several times warm."""
    with deployed(bench, "latency") as stack:
        cold = _times(bench, stack, "cold")
        warm = [_times(bench, stack, f"warm-{number}") for number in range(1, RUNS + 1)]
    rows = [
        Row(f"{FIRST_LINE}, warm", [run[FIRST_LINE] for run in warm], _S, FIRST_LINE_SECONDS),
        Row(f"{TESTED}, warm", [run[TESTED] for run in warm], _S),
        Row(f"{FIRST_LINE}, cold", [cold[FIRST_LINE]], _S),
        Row(f"{TESTED}, cold", [cold[TESTED]], _S),
        *(Row(f"- {part}", [run[part] for run in warm], _S) for part in _parts(warm[0])),
    ]
    return Table("Latency", rows, _NOTES)


_S = Unit.SECONDS


def _parts(run: Times) -> Iterable[str]:
    return (part for part in run if part not in {FIRST_LINE, TESTED})


def _times(bench: Bench, stack: Stack, model: str) -> Times:
    bench.say(f"a run that trains nothing, {model} ...")
    run = stack.run(model, seconds=0)
    first_line = stack.first_line(run)
    stack.delete_endpoint(model)
    return times_of(run, first_line)


def times_of(run: Run, first_line: float) -> Times:
    """Take the run apart: *first_line* is the moment when the training script began."""
    outer, inner = visits(run.train_deploy), visits(run.deploy)
    tested = next(visit.exited for visit in inner if visit.state == "Smoke test")
    parts: Times = {
        FIRST_LINE: first_line - run.uploaded,
        TESTED: tested.timestamp() - run.uploaded,
        "Start": outer[0].entered.timestamp() - run.uploaded,
    }
    for visit in outer:
        parts |= _part(visit, first_line)
        if visit.state == "Deploy":
            parts |= {f"Deploy: {part.state}": part.seconds for part in inner}
    return parts


def _part(visit: Visit, first_line: float) -> Times:
    if visit.state != "Train":
        return {visit.state: visit.seconds}
    begun = datetime.fromtimestamp(first_line, visit.entered.tzinfo)
    return {
        "Train: to the first line": (begun - visit.entered).total_seconds(),
        "Train: from there": (visit.exited - begun).total_seconds(),
    }
