"""History events and API calls of a pipeline's step must not grow with the time of its job."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks import histories
from benchmarks.bench import Bench
from benchmarks.pipelines.app import PipelineApp, with_pipelines
from benchmarks.pipelines.chains import write_pipeline
from benchmarks.table import Row, Table, Unit

STEPS = (1, 2)
SHORT_SECONDS = 1
LONG_SECONDS = 20
_NOTES = (
    (
        "Of pipelines of one and of two chained processing steps that sleep; 'one step more' is "
        "the difference of both. Events are those of the executions of the run and of its steps. "
        "Calls are the requests that functions sent, by the cloud's access log, and those of the "
        "state machines, by their histories; not in it is what SageMaker does in its own right."
    ),
)


@dataclass(frozen=True)
class Cost:
    """What one run took."""

    events: int
    calls: Counter[str]


def measure(bench: Bench) -> Table:
    """Run each pipeline with short and with long jobs."""
    found: dict[tuple[int, int], Cost] = {}
    with with_pipelines(bench, "pipeline-calls", logged=True) as app:
        names = {
            steps: app.publish(write_pipeline(bench.scratch / f"sleeping-{steps}", steps))
            for steps in STEPS
        }
        for steps, name in names.items():
            app.run(name)  # what starts anew reads more than what remembers
            for seconds in (SHORT_SECONDS, LONG_SECONDS):
                bench.say(f"{steps} steps of {seconds} s ...")
                found[steps, seconds] = _cost(app, name, steps, seconds)
    more = found[2, SHORT_SECONDS].calls - found[1, SHORT_SECONDS].calls
    listed = ", ".join(f"{count} x {call}" for call, count in sorted(more.items()))
    notes = [*_NOTES, f"The calls of one step more: {listed}."]
    return Table("History events and API calls of a pipeline's step", [*_rows(found)], notes)


def _cost(app: PipelineApp, name: str, steps: int, seconds: int) -> Cost:
    run = app.run(name, seconds)
    calls = Counter(map(str, app.requests(run)))
    of_run, *_ = app.histories(run, "step-0")
    of_steps = [app.histories(run, f"step-{number}")[1] for number in range(steps)]
    for events in (of_run, *of_steps):
        calls.update(f"state machines: {call}" for call in histories.calls(events))
    return Cost(sum(map(len, (of_run, *of_steps))), calls)


def _rows(found: dict[tuple[int, int], Cost]) -> Iterator[Row]:
    for what in ("history events", "API calls"):
        counts = {key: _count(cost, what) for key, cost in found.items()}
        for seconds in (SHORT_SECONDS, LONG_SECONDS):
            alone, more = counts[1, seconds], counts[2, seconds] - counts[1, seconds]
            yield Row(f"{what}, a run of one step of {seconds} s", [alone], Unit.COUNT)
            yield Row(f"{what}, one step of {seconds} s more", [more], Unit.COUNT)
        growth = [abs(counts[n, LONG_SECONDS] - counts[n, SHORT_SECONDS]) for n in STEPS]
        yield Row(f"{what}, growth with the time of the job", [max(growth)], Unit.COUNT, 0)


def _count(cost: Cost, what: str) -> int:
    return cost.events if what == "history events" else cost.calls.total()
