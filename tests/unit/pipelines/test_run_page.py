"""The page of a run: what somebody who looks for something finds there."""

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

from tests.unit.pipelines.confs import SECTIONS, STEPS, a_conf
from tests.unit.pipelines.plans import steps_of
from tests.unit.pipelines.simulation import REF, Outcome, Simulation, succeed
from trainwright.logic.pipelines.pictures.report import Page, report
from trainwright.models.message import JsonObject
from trainwright.models.pipelines.plan import PlannedStep
from trainwright.models.pipelines.progress import PipelineRun, StepRecord, StepStatus

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PAIR = """
- {step_name: prepare, step_class: Processing, step_type: preprocess}
- {step_name: fit, step_class: Training, chain_input_source_step: prepare}
"""


def a_record(plan: PlannedStep, **changes: object) -> StepRecord:
    record = StepRecord(run=REF.run, step=plan.name, status=StepStatus.WAITING, plan=plan, order=0)
    return record.model_copy(update=changes)


def a_page(*records: StepRecord, logs: dict[str, list[str]] | None = None, **run: object) -> str:
    of = PipelineRun(ref=REF, status="Succeeded", started=NOON, ended=NOON + timedelta(minutes=3))
    return report(Page(of.model_copy(update=run), records, logs or {}))


def metrics_of(step: str, _try: int) -> JsonObject | tuple[str, str]:
    made = succeed(step, _try)
    assert isinstance(made, dict)
    return (
        made
        | {"output": "s3://out/predictions"}
        | ({"metrics": {"loss": 0.25}} if step == "fit" else {})
    )


class Text(HTMLParser):
    """The words of a page, and whether its tags are closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        self.open += [] if tag == "meta" else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def run_to_its_page(outcome: Outcome, **changes: str) -> str:
    simulation = Simulation(outcome=outcome, **changes)
    ended = simulation.run()
    return simulation.world.store.objects[ended.report].decode()


def test_a_page_traces_every_model_back_to_its_data() -> None:
    steps = PAIR + "- {step_name: model, step_class: CreateModel}"

    page = run_to_its_page(metrics_of, steps=steps)

    assert "<h2>From data to model</h2>" in page
    assert "<td>prepare → fit</td>" in page
    places = ("churn/test", "churn/train", "code.tar.gz")
    assert f"<td>{', '.join(f's3://demo-bucket/{place}' for place in places)}</td>" in page
    assert "<tr><td>fit</td><td>loss</td><td>0.25</td></tr>" in page
    assert "<tr><td>fit</td><td>model_data</td><td>s3://out/fit</td></tr>" in page
    assert "I am arn:aws:sagemaker:eu-west-1:123456789012:training-job/" in page
    assert Text(page).open == []


def test_data_that_a_tuning_and_a_transform_read_is_traced_too() -> None:
    tune = """
tune:
  image_uri: images/train:1
  entry_point: train/fit.py
  channels: {train: {dataFiles: [{fileName: s3://shop/tuned}]}}
  objective: {metric: loss, type: Minimize}
  metrics: [{name: loss, regex: "loss=(.*)"}]
  ranges: {rate: {type: continuous, minimum: 0, maximum: 1}}
"""
    steps = STEPS.replace(
        "fit, step_class: Training, chain_input_source_step: [prepare]", "fit, step_class: Tuning"
    )
    plans = steps_of(a_conf(sections=SECTIONS + tune, steps=steps)).values()

    done = StepStatus.SUCCEEDED
    page = a_page(*(a_record(plan, status=done) for plan in plans))

    (row,) = re.findall(r"<tr><td>register</td>.*?</tr>", page)
    assert "<td>fit → model → predict → judge</td>" in row
    assert "s3://shop/tuned" in row
    assert "s3://shop/churn/test/x.csv" in row


def test_a_page_names_the_endpoint_and_what_a_person_was_asked() -> None:
    first, *_ = steps_of(a_conf(steps=PAIR)).values()
    deploy = first.model_copy(update={"kind": "Deploy", "data_from": ()})
    made = {"endpoint": "demo-churn"}

    page = a_page(
        a_record(deploy, status=StepStatus.SUCCEEDED, outputs=made, question="Good <enough>?"),
        a_record(deploy.model_copy(update={"name": "late"}), status=StepStatus.SKIPPED),
    )

    assert f"<tr><td>{first.name}</td><td>demo-churn</td>" in page
    assert "<tr><td>late</td>" not in page
    assert "<tr><td>asked</td><td>Good &lt;enough&gt;?</td></tr>" in page


def test_a_page_says_what_failed_and_opens_it() -> None:
    def broken(step: str, number: int) -> JsonObject | tuple[str, str]:
        return ("StepFailedError", "<b>no rows</b>") if step == "fit" else succeed(step, number)

    page = run_to_its_page(broken, steps=PAIR)

    assert "<b>StepFailedError</b>: step &#x27;fit&#x27;: &lt;b&gt;no rows&lt;/b&gt;" in page
    (opened,) = re.findall(r"<details open>.*?</details>", page, re.DOTALL)
    assert "<b>fit</b>" in opened
    assert "<pre>I am " in opened
    assert "<h2>What was made</h2>" in page
    assert "<h2>From data to model</h2>" not in page


def test_a_page_tells_how_a_step_came_to_its_end() -> None:
    first, second = steps_of(a_conf(steps=PAIR)).values()
    cached = a_record(first, status=StepStatus.CACHED, cached_from="churn-older")
    tried = a_record(
        second,
        status=StepStatus.SUCCEEDED,
        tries={"capacity": 2},
        resource="arn:job",
        cache_miss=("compared with run churn-older:", "inputs.train: 1 -> 2"),
    )

    page = a_page(cached, tried, attempt=2, parameters={"n": "<3"}, logs={"fit": ["<done>"]})

    words = Text(page).words
    assert "Cached (as in churn-older)" in words
    assert words[words.index("tried again") :][:2] == ["tried again", "2 times: capacity"]
    assert "inputs.train: 1 -> 2" in words
    assert "<3" in words
    assert "<done>" in words
    assert any(", attempt 2, begun 2026-11-20 12:00:00 UTC, 3 min, 2 steps" in it for it in words)
    assert "No step ran." in words


def test_a_page_needs_nothing_from_elsewhere() -> None:
    page = run_to_its_page(succeed, steps=PAIR)

    assert "<script" not in page
    assert not re.search(r"(src|href)=", page)
