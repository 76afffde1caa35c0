"""Whatever becomes of a good file, reading it gives a definition or says where it is wrong."""

import re
from copy import deepcopy
from typing import Any

import yaml
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from tests.unit.pipelines.confs import SECTIONS, STEPS, VALUES, a_conf
from trainwright.logic.pipelines.expressions import syntax_error
from trainwright.logic.pipelines.reading.definition import read_pipeline
from trainwright.models.pipelines.definition import Finding

syntax_error("{% 1 %}")  # its library raises the recursion limit, which no example may do

LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What ends a line of YAML."""

type Path = tuple[str | int, ...]

GOOD = a_conf(
    sections=SECTIONS
    + """
tune:
  image_uri: images/train:1
  entry_point: train/fit.py
  channels: {train: {dataFiles: [{fileName: s3://shop/churn/train}]}}
  objective: {metric: accuracy, type: Maximize}
  metrics: [{name: accuracy, regex: "accuracy=([0-9.]+)"}]
  ranges: {rate: {type: continuous, minimum: 0.001, maximum: 1}}
""",
    steps=STEPS
    + """
- {step_name: search, step_class: Tuning}
- {step_name: good, step_class: Condition, step: judge, gate: {metric: a, minimum: 1}, then: serve}
- {step_name: serve, step_class: Deploy, model_step: model, endpoint: churn,
   smoke_tests: [{name: one, body: "1", content_type: text/csv}]}
- {step_name: ask, step_class: Approve, message: "{% 'For ' & $run.id %}", package: register}
- step_name: each
  step_class: ForEach
  items: "{% $parameters.countries %}"
  steps: [{step_name: other, step_class: Run, pipeline: other, parameters: {land: "{% $item %}"}}]
""",
    more="""
dependencies: ["[prepare, fit] >> search", "each >> ask"]
parameters: {countries: {type: list, default: [ch]}, rate: {type: number, choices: [1, 2]}}
triggers: {data: [s3://shop/new/], schedule: {expression: rate(1 day)}, event_pattern: {a: [b]}}
""",
)

VALUE = st.one_of(
    st.sampled_from(
        [None, True, 0, -1, 10**30, 1.5, float("nan"), "", "x", "a >> b", "SMP_NOBODY"]
    ),
    st.sampled_from(
        ["{% $steps.fit.x %}", "{% 1 + %}", "{% $item %}", "{% [1..3] %}", "fit", "each"]
    ),
    st.sampled_from(
        [[], {}, [[]], [{}], {"a": {}}, {"<<": 3}, [None, 3], {"step_class": "Training"}]
    ),
)


def paths_in(value: object, path: Path = ()) -> list[Path]:
    """Give the place of every value in nested data, but for the whole."""
    if isinstance(value, dict):
        below = [(key, item) for key, item in value.items()]
    elif isinstance(value, list):
        below = list(enumerate(value))
    else:
        return [path] if path else []
    here = [path] if path else []
    return here + [found for key, item in below for found in paths_in(item, (*path, key))]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Take the good file, and a few times delete, rename or replace something in it."""
    data = yaml.safe_load(GOOD)
    for _ in range(draw(st.integers(1, 4))):
        if not (places := paths_in(data)):
            break
        *above, last = draw(st.sampled_from(places))
        parent: Any = data
        for part in above:
            parent = parent[part]
        what = draw(st.sampled_from(["delete", "rename", "replace"]))
        if what == "replace":
            parent[last] = deepcopy(draw(VALUE))
        elif what == "rename" and isinstance(parent, dict):
            parent[draw(st.sampled_from([f"{last}s", str(last)[1:], "Train", "steps"]))] = (
                parent.pop(last)
            )
        else:
            del parent[last]
    return yaml.safe_dump(data, sort_keys=False, default_flow_style=draw(st.booleans()))


def assert_is_in(text: str, finding: Finding) -> None:
    """See that the place of a finding is one of the file."""
    lines = [*LINE_BREAK.split(text), ""]
    assert (finding.file, bool(finding.key), bool(finding.message)) == ("conf.yaml", True, True)
    assert 1 <= finding.line <= len(lines), finding
    assert 1 <= finding.column <= len(lines[finding.line - 1]) + 1, finding


@seed(5)
@settings(max_examples=150, deadline=None)  # a busy machine is no finding
@given(text=mutated(), given_too=st.booleans())
def test_a_file_is_read_or_it_is_said_where_it_is_wrong(text: str, given_too: bool) -> None:
    reading = read_pipeline([("conf.yaml", text)], VALUES, {"rate": 1} if given_too else None)

    assert (reading.definition is None) == bool(reading.findings)
    for finding in reading.findings:
        assert_is_in(text, finding)


@seed(5)
@settings(max_examples=150, deadline=None)  # a busy machine is no finding
@given(at=st.integers(0, len(GOOD) - 1), length=st.integers(0, 40), put=st.text(max_size=8))
def test_a_text_is_read_or_it_is_said_where_it_is_wrong(at: int, length: int, put: str) -> None:
    text = GOOD[:at] + put + GOOD[at + length :]

    reading = read_pipeline([("conf.yaml", text)], VALUES)

    assert (reading.definition is None) == bool(reading.findings)
    for finding in reading.findings:
        assert_is_in(text, finding)


def test_the_good_file_is_good() -> None:
    assert read_pipeline([("conf.yaml", GOOD)], VALUES).findings == ()
