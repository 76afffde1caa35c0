"""Whatever the graph, its failures and its limit: every step ends once, as the rules say."""

from hypothesis import given, seed, settings
from hypothesis import strategies as st

from tests.unit.pipelines.simulation import REF, Simulation, failing, succeed
from trainwright.logic.pipelines.expressions import syntax_error
from trainwright.logic.pipelines.running.finish_step import finish_step
from trainwright.models.pipelines.events import PipelineStepEnded
from trainwright.models.pipelines.states import FinishStepRequest, StepRef

syntax_error("{% 1 %}")  # its library raises the recursion limit, which no example may do

type Edges = dict[int, dict[int, bool]]
"""What each step needs, and whether it reads what that made."""


class Repeating(Simulation):
    """Hears of the end of every step twice."""

    def _execute(self, target: StepRef) -> None:
        super()._execute(target)
        finish_step(FinishStepRequest(target=target, result={}), self.world.ports())


@st.composite
def graphs(draw: st.DrawFn) -> Edges:
    """Draw up to eight steps, each of which needs some of those before it."""
    count = draw(st.integers(1, 8))
    return {
        step: draw(st.dictionaries(st.sampled_from(range(step)), st.booleans(), max_size=3))
        if step
        else {}
        for step in range(count)
    }


def simulated(edges: Edges, failed: set[int], more: str) -> Repeating:
    sources = {
        step: ", ".join(f"s{need}" for need, reads in needs.items() if reads)
        for step, needs in edges.items()
    }
    lines = [
        f"- {{step_name: s{step}, step_class: Processing, step_type: preprocess, "
        f"chain_input_source_step: [{sources[step]}]}}"
        for step in reversed(edges)  # their order in the file means nothing
    ]
    written = [f"s{it} >> s{step}" for step, needs in edges.items() for it in needs]
    return Repeating(
        steps="\n".join(lines),
        more=f"dependencies: {written}\n{more}",
        outcome=failing(*(f"s{step}" for step in failed)),
    )


def expected(edges: Edges, failed: set[int]) -> dict[str, str]:
    """Say how each step ends if a failure stops only what needs it."""
    found: dict[int, str] = {}
    for step, needs in edges.items():
        ends = [found[need] for need in needs]
        unread = any(reads and found[need] == "Skipped" for need, reads in needs.items())
        if "Failed" in ends or unread or (ends and set(ends) == {"Skipped"}):
            found[step] = "Skipped"
        else:
            found[step] = "Failed" if step in failed else "Succeeded"
    return {f"s{step}": status for step, status in found.items()}


FAILED = st.sets(st.integers(0, 7), max_size=2)
LIMIT = st.sampled_from(["", "concurrency: 1", "concurrency: 2"])


@seed(5)
@settings(max_examples=60)
@given(edges=graphs(), failed=FAILED, limit=LIMIT)
def test_a_failure_stops_only_what_needs_it(edges: Edges, failed: set[int], limit: str) -> None:
    simulation = simulated(edges, failed, f"on_failure: continue\n{limit}")

    ended = simulation.run()

    statuses = simulation.statuses()
    assert statuses == expected(edges, failed)
    assert ended.status == ("Failed" if "Failed" in statuses.values() else "Succeeded")
    assert sorted(simulation.order) == sorted(
        step for step, status in statuses.items() if status != "Skipped"
    )
    place = {step: at for at, step in enumerate(simulation.order)}
    for step, needs in edges.items():
        for need in needs:
            assert place.get(f"s{need}", -1) < place.get(f"s{step}", len(place))
    assert simulation.peak <= (int(limit[-1]) if limit else len(edges))


@seed(5)
@settings(max_examples=60)
@given(edges=graphs(), failed=FAILED, limit=LIMIT, policy=st.sampled_from(["stop", "continue"]))
def test_a_run_that_goes_on_does_what_is_left_and_nothing_else(
    edges: Edges, failed: set[int], limit: str, policy: str
) -> None:
    simulation = simulated(edges, failed, f"on_failure: {policy}\n{limit}")
    first = simulation.run()
    done = {step for step, status in simulation.statuses().items() if status == "Succeeded"}
    told = [it.step for it in simulation.world.herald.told if isinstance(it, PipelineStepEnded)]
    assert len(told) == len(set(told))
    simulation.outcome, simulation.order = succeed, []

    second = simulation.run(resume=True)

    assert second.status == ("Succeeded" if first.status == "Failed" else "Refused")
    assert set(simulation.statuses().values()) == {"Succeeded"}
    assert sorted(simulation.order) == sorted({f"s{step}" for step in edges} - done)
    assert simulation.world.progress.runs[REF.run].unfinished == 0
