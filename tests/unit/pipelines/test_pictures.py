"""The graph of a pipeline, and the chart of a run."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from tests.unit.pipelines.confs import STEPS, a_conf
from tests.unit.pipelines.plans import steps_of
from tests.unit.pipelines.simulation import REF
from trainwright.logic.pipelines.pictures.gantt import duration, gantt
from trainwright.logic.pipelines.pictures.graph import COLOURS, mermaid, svg
from trainwright.models.pipelines.plan import PlannedStep
from trainwright.models.pipelines.progress import StepRecord, StepStatus

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PAIR = """
- {step_name: prepare, step_class: Processing, step_type: preprocess}
- {step_name: fit, step_class: Training, chain_input_source_step: prepare}
"""


def planned(steps: str = PAIR) -> list[PlannedStep]:
    return list(steps_of(a_conf(steps=steps)).values())


def a_record(plan: PlannedStep, **changes: object) -> StepRecord:
    record = StepRecord(run=REF.run, step=plan.name, status=StepStatus.WAITING, plan=plan, order=0)
    return record.model_copy(update=changes)


def test_a_graph_for_mermaid_has_every_step_and_edge() -> None:
    assert mermaid(planned(), {}) == (
        "flowchart LR\n"
        '  s0["prepare<br/><small>Processing</small>"]\n'
        '  s1["fit<br/><small>Training</small>"]\n'
        "  s0 --> s1\n"
    )


def test_the_steps_of_a_run_have_the_colours_of_their_states() -> None:
    statuses = {"prepare": StepStatus.SUCCEEDED, "fit": StepStatus.FAILED}

    text = mermaid(planned(), statuses)

    assert '<small>Processing</small>"]:::succeeded' in text
    assert '<small>Training</small>"]:::failed' in text
    assert "classDef failed fill:#ffe2e0,stroke:#cf222e" in text
    picture = svg(planned(), statuses)
    assert "Training · Failed" in picture
    assert 'fill="#ffe2e0" stroke="#cf222e"' in picture


def test_every_state_has_a_colour_of_its_own_or_is_like_one_that_waits() -> None:
    assert set(COLOURS) == {None, *StepStatus}
    assert len({COLOURS[status] for status in StepStatus}) == len(StepStatus)


def test_a_picture_has_a_box_for_each_step_and_is_whole() -> None:
    name = "a-step-whose-name-is-longer-than-its-box"
    picture = ElementTree.fromstring(svg(planned(STEPS.replace("prepare", name)), {}))

    titles = [it.text for it in picture.iter("{http://www.w3.org/2000/svg}title")]
    texts = [it.text for it in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert sorted(filter(None, titles)) == sorted(
        [name, *["fit", "model", "predict", "judge", "register"]]
    )
    assert f"{name[:25]}…" in texts


def test_an_edge_over_several_columns_goes_around_what_is_between() -> None:
    steps = (
        PAIR
        + "- {step_name: model, step_class: CreateModel}\n"
        + """
- {step_name: last, step_class: Processing, step_type: preprocess, chain_input_source_step: fit}
- {step_name: late, step_class: Processing, step_type: preprocess,
   chain_input_source_step: [prepare, last]}
- {step_name: side, step_class: Processing, step_type: preprocess,
   chain_input_source_step: prepare}
- {step_name: end, step_class: Processing, step_type: preprocess,
   chain_input_source_step: [side, late]}
"""
    )

    paths = re.findall(r'<path d="(M[^"]+)" fill="none"', svg(planned(steps), {}))

    assert len(paths) == len(
        [edge for edge in mermaid(planned(steps), {}).splitlines() if "-->" in edge]
    )
    assert sum(" H" in path for path in paths) == 1  # side to end, past last and late


def test_a_graph_of_nothing_is_empty() -> None:
    assert mermaid([], {}) == "flowchart LR\n"
    ElementTree.fromstring(svg([], {}))


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0.0 s"),
        (1.44, "1.4 s"),
        (59.97, "1 min"),
        (60, "1 min"),
        (200, "3 min 20 s"),
        (3599.6, "1 h 0 min"),
        (7500, "2 h 5 min"),
        (90_000, "25 h 0 min"),
    ],
)
def test_a_duration_is_written_for_people(seconds: float, expected: str) -> None:
    assert duration(seconds) == expected


def test_a_chart_has_a_bar_for_each_step_that_ran() -> None:
    first, second = planned()
    times = {"started": NOON, "ended": NOON + timedelta(hours=2)}

    chart = gantt([a_record(first, **times, step="x" * 40), a_record(second)])

    assert chart.count("<rect") == 1
    assert f"{'x' * 29}…" in chart
    assert ">2 h 0 min<" in chart
    assert gantt([a_record(second)]) == ""
