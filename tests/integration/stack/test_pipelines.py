"""Pipelines on a deployed stack: real jobs, real answers."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.integration.stack.pipelines import Author
from tests.integration.stack.stack import Stack, until
from trainwright.logic.pipelines.running.predicting import Verdict
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import CliError
from trainwright_cli.pipelines import publishing

ROOT = Path(__file__).parents[3]

DIAMOND = """
          - {step_name: top, step_class: Processing, step_type: work, enable_cache: True}
          - {step_name: left, step_class: Processing, step_type: work, chain_input_source_step: top}
          - {step_name: right, step_class: Processing, step_type: work,
             chain_input_source_step: top, enable_cache: "True"}
          - {step_name: end, step_class: Processing, step_type: work,
             chain_input_source_step: [left, right]}
"""


@pytest.fixture
def author(tmp_path: Path, commands: Cloud) -> Author:
    return Author(tmp_path, commands)


def test_a_step_finds_what_its_sources_made_where_the_contract_says(
    author: Author, stack: Stack
) -> None:
    author.publish("diamond", DIAMOND)

    found = author.run("diamond")

    assert found.statuses == dict.fromkeys(("top", "left", "right", "end"), "Succeeded")
    made = found.steps["end"].outputs["outputs"]["train"].partition(f"{stack.bucket}/")[2]
    assert stack.text(f"{made}/inputs.txt").split() == [
        "code",
        "left-input-train",
        "right-input-train",
    ]


def test_only_what_is_cached_is_not_done_again(author: Author) -> None:
    author.publish("cached", DIAMOND)
    first = author.run("cached")

    second = author.run("cached")

    assert second.statuses == {
        "top": "Cached",
        "left": "Succeeded",
        "right": "Cached",
        "end": "Succeeded",
    }
    assert second.steps["top"].outputs == first.steps["top"].outputs


def test_what_the_cache_will_serve_is_known_before(author: Author, tmp_path: Path) -> None:
    steps = DIAMOND.replace("[left, right]}", "[left, right], enable_cache: True}")
    (tmp_path / "code" / "nobody_had_this.py").write_text(f"# {uuid.uuid4()}")
    author.publish("foreseen", steps)
    loaded = author.load(tmp_path / "foreseen.yaml", tmp_path)
    assert author.predict(loaded)["top"].verdict is Verdict.MISS
    first = author.run("foreseen")

    found = author.predict(loaded)

    assert {name: it.verdict.value for name, it in found.items()} == {
        "top": "hit",
        "left": "off",
        "right": "hit",
        "end": "unknown",
    }
    assert found["right"].run == first.run
    assert found["end"].until == ("left",)
    assert author.run("foreseen").statuses["right"] == "Cached"
    (tmp_path / "code" / "more.py").write_text("")
    changed = author.predict(author.load(tmp_path / "foreseen.yaml", tmp_path))
    assert changed["top"].verdict is Verdict.MISS
    assert any(line.startswith("inputs.code") for line in changed["top"].reasons)
    assert changed["right"].until == ("top",)


def test_a_failed_run_goes_on_where_it_failed(author: Author, stack: Stack) -> None:
    steps = """
          - {step_name: first, step_class: Processing, step_type: work}
          - {step_name: flagged, step_class: Processing, step_type: flagged}
          - {step_name: last, step_class: Processing, step_type: work,
             chain_input_source_step: flagged}
"""
    author.publish("resumed", steps, "    dependencies: [first >> flagged]\n")
    stack.put("flags/bad", b"")
    failed = author.run("resumed")
    assert failed.statuses == {"first": "Succeeded", "flagged": "Failed", "last": "Stopped"}
    assert failed.ended.error == "StepFailedError"
    stack.client("s3").delete_object(Bucket=stack.bucket, Key="flags/bad")
    stack.put("flags/good", b"")

    resumed = author.resume(failed.run)

    assert resumed.ended.status == "Succeeded"
    assert resumed.steps["first"].ended == failed.steps["first"].ended
    assert resumed.steps["last"].attempt == 2
    with pytest.raises(CliError, match="succeeded, there is nothing to resume; anew: `trainwright"):
        author.resume(failed.run)


def test_a_stopped_run_stops_the_job_it_pays_for(
    author: Author, stack: Stack, commands: Cloud
) -> None:
    author.publish(
        "stopped", "          - {step_name: long, step_class: Processing, step_type: long}\n"
    )
    run = author.start("stopped")
    jobs = stack.client("sagemaker")
    until(
        lambda: jobs.list_processing_jobs(NameContains=run, StatusEquals="InProgress")[
            "ProcessingJobSummaries"
        ],
        "the job",
        120,
    )

    with pytest.raises(CliError, match="has not ended"):
        author.resume(run)
    publishing.stop(commands, author.stack, run, "enough")

    until(lambda: author.status(run, "long") == "Stopped", "the end of the step", 120)
    until(
        lambda: jobs.list_processing_jobs(NameContains=run, StatusEquals="Stopped")[
            "ProcessingJobSummaries"
        ],
        "the end of the job",
        120,
    )


@pytest.mark.parametrize(("approved", "status"), [(True, "Succeeded"), (False, "Failed")])
def test_a_person_decides(author: Author, commands: Cloud, *, approved: bool, status: str) -> None:
    steps = """
          - {step_name: ask, step_class: Approve, message: Go on?, timeout_hours: 1}
          - {step_name: after, step_class: Processing, step_type: work}
"""
    author.publish("asked", steps, "    dependencies: [ask >> after]\n")
    run = author.start("asked")
    until(lambda: author.status(run, "ask") == "Running", "the question", 60)

    answer = {"run": run, "step": "ask", "approved": approved, "by": "ada", "comment": "because"}
    publishing.answer(commands, author.stack, answer)
    found = author.finish(run)

    assert found.ended.status == status
    said = found.steps["ask"].outputs if approved else found.steps["ask"].reason
    assert said == ({"by": "ada", "comment": "because"} if approved else "ada said no: because")


def test_a_for_each_and_another_pipeline_are_run(author: Author, stack: Stack) -> None:
    author.publish(
        "inner", "          - {step_name: only, step_class: Processing, step_type: work}\n"
    )
    steps = """
          - step_name: countries
            step_class: ForEach
            items: "{% $parameters.countries %}"
            steps: [{step_name: one, step_class: Processing, step_type: each}]
          - {step_name: nested, step_class: Run, pipeline: inner}
"""
    more = """    concurrency: 2
    dependencies: [countries >> nested]
    parameters: {countries: {type: list, default: [ch]}}
"""
    author.publish("outer", steps, more)

    found = author.run("outer", {"countries": ["ch", "us", "cn"]})

    assert found.ended.status == "Succeeded", found.ended
    assert set(found.statuses) == {"one-0", "one-1", "one-2", "nested"}
    made = found.steps["one-2"].outputs["outputs"]["train"].partition(f"{stack.bucket}/")[2]
    assert stack.text(f"{made}/inputs.txt").split()[-1] == "cn"
    assert found.steps["nested"].outputs["status"] == "Succeeded"


def test_the_example_goes_from_a_table_to_a_tested_endpoint(author: Author, stack: Stack) -> None:
    name = author.publish_file(ROOT / "examples/pipelines/tumours/conf.yaml", ROOT)

    found = author.run(name)

    assert found.ended.status == "Succeeded", found.ended
    assert set(found.statuses.values()) == {"Succeeded"}
    report = found.steps["judge"].outputs["metrics"]
    assert report["evaluation.accuracy"] > 0.9
    package = stack.client("sagemaker").describe_model_package(
        ModelPackageName=found.steps["register"].outputs["package"]
    )
    assert package["ModelApprovalStatus"] == "PendingManualApproval"
    statistics = package["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"]
    key = statistics.partition(f"{stack.bucket}/")[2]
    assert json.loads(stack.text(key))["evaluation"]["rows"] == report["evaluation.rows"]
    page = stack.text(f"pipelines/{name}/runs/{found.run}/report.html")
    assert page.startswith("<!doctype html>")
    assert "evaluation.accuracy" in page
    row = (ROOT / "examples/breast_cancer/unseen/data.csv").read_text().splitlines()[1]
    answer = stack.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=f"{stack.name}-tumours",
        Body=row.rpartition(",")[0],
        ContentType="text/csv",
    )
    assert answer["Body"].read() in {b"benign", b"malignant"}


def test_a_model_below_its_threshold_is_not_registered(author: Author, tmp_path: Path) -> None:
    text = (ROOT / "examples/pipelines/tumours/conf.yaml").read_text()
    text = text.replace("minimum: 0.9}\n\n      transform", "minimum: 0.9999}\n\n      transform")
    path = tmp_path / "conf.yaml"
    path.write_text(text.replace("pipelineName: tumours", "pipelineName: strict"))
    author.publish_file(path, ROOT)

    found = author.run("strict")

    assert found.ended.error == "GateNotMetError"
    assert "accuracy is 0.9" in found.ended.reason
    assert found.statuses["register"] == "Failed"


def test_an_uploaded_file_starts_a_run_and_what_is_wrong_with_it_is_told(
    stack: Stack, author: Author
) -> None:
    stack.put("pipelines/uploaded/conf.yaml", b"conf: {sagemakerPipelines: {}}")

    def refused() -> list[str]:
        client = stack.client("stepfunctions")
        machine = author.stack.state_machine
        found = client.list_executions(stateMachineArn=machine, statusFilter="FAILED")
        arns = [e["executionArn"] for e in found["executions"] if e["name"].startswith("uploaded-")]
        return [client.describe_execution(executionArn=arn)["cause"] for arn in arns]

    (reason, *_) = until(refused, "the refusal", 120)
    assert "did you mean 'sagemakerPipeline'?" in reason


def test_data_events_and_the_clock_start_runs_of_what_was_published(
    stack: Stack, author: Author
) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=5)
    triggers = f"""    triggers:
      data: ["s3://{stack.bucket}/drops/"]
      event_pattern: {{source: [shop], detail-type: [Sold Out]}}
      schedule: {{expression: "at({soon:%Y-%m-%dT%H:%M:%S})"}}
"""
    steps = "          - {step_name: q, step_class: Condition, condition: True, then: [w]}\n"
    steps += "          - {step_name: w, step_class: Processing, step_type: work}\n"
    author.publish("started", steps, triggers)
    text = until(lambda: stack.text("pipelines/started/registration.json"), "the registration", 120)
    assert json.loads(text)["problems"] == []

    stack.put("drops/today/_SUCCESS", b"")
    stack.client("events").put_events(
        Entries=[{"Source": "shop", "DetailType": "Sold Out", "Detail": "{}"}]
    )

    def causes() -> set[str]:
        client = stack.client("stepfunctions")
        found = client.list_executions(stateMachineArn=author.stack.state_machine)["executions"]
        arns = [e["executionArn"] for e in found if e["name"].startswith("started-")]
        inputs = [json.loads(client.describe_execution(executionArn=a)["input"]) for a in arns]
        return {asked["cause"] for asked in inputs}

    expected = {"its data trigger", "its event trigger", "its schedule"}
    until(lambda: causes() == expected, "three runs", 120)


def test_what_a_file_asks_for_no_more_is_taken_away(stack: Stack, author: Author) -> None:
    steps = "          - {step_name: w, step_class: Processing, step_type: work}\n"
    pattern = "    triggers: {event_pattern: {source: [nobody]}}\n"
    author.publish("untied", steps, pattern)
    rules = stack.client("events")

    def names() -> list[str]:
        found = rules.list_rules(NamePrefix=f"{stack.name}-pipeline-untied")["Rules"]
        return [rule["Name"] for rule in found]

    until(names, "the rule", 120)

    author.publish("untied", steps)

    until(lambda: not names(), "the rule's end", 120)
