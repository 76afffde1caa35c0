"""State transitions and API calls of a run: they must not grow with the time of the training."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks import histories
from benchmarks.bench import Bench
from benchmarks.stack import Stack, deployed
from benchmarks.table import Row, Table, Unit

SHORT_SECONDS = 1
LONG_SECONDS = 30
TRANSITIONS = 20
CALLS = 40
_NOTES = (
    (
        "Transitions are states entered and retries, of both state machines. Calls are the "
        "requests that functions sent, by the cloud's access log, and those of the state "
        "machines, by their histories. Not in it: what SageMaker does in its own right with the "
        "role it is given, the log lines of functions, and the sweep of tasks, which runs by "
        "the clock and not for a run."
    ),
    (
        "The first deployment creates an endpoint, a later one updates it and removes what "
        "served. A smoke test that sends rows of the data reads one object more, and so does a "
        "function that starts anew: it reads the algorithm, which the others remember."
    ),
)


@dataclass(frozen=True)
class Cost:
    """What one run took."""

    transitions: int
    of_machines: Counter[str]
    of_functions: Counter[str]

    @property
    def calls(self) -> Counter[str]:
        """All API calls, by who sent them and what they ask."""
        return self.of_functions + self.of_machines


def measure(bench: Bench) -> Table:
    """Train for a short and for a long time, each twice: the first deployment, and an update."""
    rows: list[Row] = []
    with deployed(bench, "calls") as stack:
        _cost(bench, stack, SHORT_SECONDS, model="first-of-all")
        for deployment in ("first deployment", "update"):
            short, long = (
                _cost(bench, stack, seconds) for seconds in (SHORT_SECONDS, LONG_SECONDS)
            )
            rows += _rows(deployment, short, long)
    notes = [*_NOTES, f"The calls of an update: {_listed(long.calls)}."]
    return Table("Transitions and API calls of a run", rows, notes)


def _cost(bench: Bench, stack: Stack, seconds: int, model: str = "") -> Cost:
    bench.say(f"a run that trains {seconds} s ...")
    run = stack.run(model or f"trains-{seconds}", seconds)
    executions = (run.train_deploy, run.deploy)
    calls = (call for events in executions for call in histories.calls(events))
    return Cost(
        transitions=sum(histories.transitions(events) for events in executions),
        of_machines=Counter(f"state machines: {call}" for call in calls),
        of_functions=Counter(map(str, stack.requests(run))),
    )


def _rows(deployment: str, short: Cost, long: Cost) -> Iterable[Row]:
    counted: Sequence[tuple[str, int, int, int]] = (
        ("transitions", short.transitions, long.transitions, TRANSITIONS),
        ("API calls", short.calls.total(), long.calls.total(), CALLS),
    )
    for what, least, most, target in counted:
        name = f"{deployment}, {what}"
        yield Row(f"{name}, training {SHORT_SECONDS} s", [least], Unit.COUNT, target)
        yield Row(f"{name}, training {LONG_SECONDS} s", [most], Unit.COUNT, target)
        yield Row(f"{name}, difference", [abs(most - least)], Unit.COUNT, 0)
    of_functions, of_machines = short.of_functions.total(), short.of_machines.total()
    yield Row(f"{deployment}, API calls of functions alone", [of_functions], Unit.COUNT)
    yield Row(f"{deployment}, API calls of state machines alone", [of_machines], Unit.COUNT)


def _listed(calls: Counter[str]) -> str:
    return ", ".join(f"{count} x {call}" for call, count in sorted(calls.items()))
