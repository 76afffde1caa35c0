"""Runs from upload to outcome."""

import json

from tests.integration.stack.stack import Listener, Stack, until

WRONG = [
    {
        "name": "another answer",
        "body": "1,2\n",
        "content_type": "text/csv",
        "expect": {"json_schema": {"properties": {"answer": {"const": "something else"}}}},
    }
]


def test_an_upload_becomes_a_tested_endpoint(stack: Stack, bus: Listener) -> None:
    run = stack.upload("happy", hyperparameters={"answer": "trained", "score": 0.95})

    assert run.end() == "SUCCEEDED"
    assert stack.ask("happy") == {"answer": "trained", "rows": 1}
    events = bus.events_of(run, "Run Succeeded")
    assert list(events) == [
        "Run Started",
        "Training Completed",
        "Metrics Judged",
        "Model Registered",
        "Endpoint Deployed",
        "Smoke Test Passed",
        "Run Succeeded",
    ]
    assert events["Training Completed"]["metrics"] == {"validation:score": 0.95}
    assert events["Run Succeeded"]["endpoint"] == f"{stack.name}-happy"
    assert run.record()["status"] == "Succeeded"
    assert {"Run Started", "Run Succeeded"} <= set(run.record())


def test_the_registered_version_has_its_metrics_and_its_container(stack: Stack) -> None:
    run = stack.upload("registered")
    run.end()

    sagemaker = stack.client("sagemaker")
    package = json.loads(run.record()["Run Succeeded"])["data"]["package"]
    found = sagemaker.describe_model_package(ModelPackageName=package)

    assert found["ModelApprovalStatus"] == "Approved"
    assert found["CustomerMetadataProperties"]["metric:validation:score"] == "0.9"
    model = sagemaker.describe_model(ModelName=run.job)
    served = model["PrimaryContainer"]["ModelDataUrl"]
    assert found["InferenceSpecification"]["Containers"][0]["ModelDataUrl"] == served


def test_every_resource_of_a_run_carries_its_tags(stack: Stack) -> None:
    run = stack.upload("tagged", tags={"team": "risk"})
    run.end()

    sagemaker = stack.client("sagemaker")
    arns = [
        sagemaker.describe_training_job(TrainingJobName=run.job)["TrainingJobArn"],
        sagemaker.describe_model(ModelName=run.job)["ModelArn"],
        sagemaker.describe_endpoint_config(EndpointConfigName=run.job)["EndpointConfigArn"],
    ]
    for arn in arns:
        tags = {t["Key"]: t["Value"] for t in sagemaker.list_tags(ResourceArn=arn)["Tags"]}
        assert tags["team"] == "risk"
        assert tags["trainwright:run"] == run.id
        assert tags["trainwright:stack"] == stack.name


def test_a_second_success_replaces_the_first_and_leaves_nothing_behind(stack: Stack) -> None:
    stack.upload("twice", hyperparameters={"answer": "one"}).end()
    second = stack.upload("twice", hyperparameters={"answer": "two"})

    assert second.end() == "SUCCEEDED"
    assert stack.ask("twice")["answer"] == "two"
    assert stack.configs("twice") == stack.models("twice") == {second.job}


def test_a_bad_upload_is_refused_with_every_problem(stack: Stack, bus: Listener) -> None:
    run = stack.upload(
        "refused", rows=b"", hyperparameters={"score": 2, "speed": 1}, training={"instance": "x"}
    )

    assert run.end() == "FAILED"
    problems = bus.events_of(run, "Run Refused")["Run Refused"]["problems"]
    assert {problem["field"] for problem in problems} == {
        "run.yaml.training.instance",
        "hyperparameters.score",
        "hyperparameters.speed",
        "channels.train",
        "smoke_tests.own rows",
    }
    refusal = json.loads(stack.text("incoming/scripted/refused/refused.json"))
    assert refusal == {"run": run.id, "problems": problems}
    assert run.record()["status"] == "Refused"
    assert json.loads(run.record()["Run Refused"])["data"]["problems"] == problems
    assert run.training_status() == ""


def test_an_unknown_algorithm_is_refused(stack: Stack, bus: Listener) -> None:
    stack.put("incoming/alchemy/gold/_SUCCESS", b"")
    run = stack.new_run("gold")

    assert run.end() == "FAILED"
    problems = bus.events_of(run, "Run Refused")["Run Refused"]["problems"]
    assert [problem["field"] for problem in problems] == ["algorithm"]


def test_awkward_keys_are_trained_with(stack: Stack) -> None:
    names = ["a b.csv", "a+b.csv", "100%2F.csv", "größe.csv", "数据.csv"]
    for name in names:
        stack.put(f"incoming/scripted/awkward/train/{name}", b"a,b\n1,2\n")
    stack.put("incoming/scripted/awkward/train/_SUCCESS", b"")
    run = stack.new_run("awkward")

    assert run.end() == "SUCCEEDED"
    printed = next(line for line in run.log() if line.startswith("files: "))
    assert [name for name in names if name not in printed] == [], printed


def test_a_failing_training_ends_the_run_with_its_reason(stack: Stack, bus: Listener) -> None:
    run = stack.upload("failing", hyperparameters={"complaint": "row 7 is no number"})

    assert run.end() == "FAILED"
    failure = bus.events_of(run, "Run Failed")["Run Failed"]
    assert failure["error"] == "TrainingFailedError"
    assert "row 7 is no number" in failure["reason"]
    assert stack.endpoint("failing") is None
    assert run.describe()["error"] == "TrainingFailedError"


def test_a_worse_model_is_refused_while_the_first_goes_on_serving(
    stack: Stack, bus: Listener
) -> None:
    first = stack.upload("gated", hyperparameters={"answer": "good"})
    assert first.end() == "SUCCEEDED"

    second = stack.upload("gated", hyperparameters={"answer": "bad", "score": 0.5})

    assert second.end() == "FAILED"
    events = bus.events_of(second, "Run Failed")
    assert events["Run Failed"]["error"] == "GateNotMetError"
    assert events["Run Failed"]["metrics"] == {"validation:score": 0.5}
    assert "0.5" in events["Run Failed"]["reason"]
    assert "Model Registered" not in events
    assert stack.ask("gated")["answer"] == "good"
    assert stack.configs("gated") == {first.job}


def test_a_first_deployment_that_fails_its_test_is_deleted(stack: Stack, bus: Listener) -> None:
    run = stack.upload("untested", endpoint={"smoke_tests": WRONG})

    assert run.end() == "FAILED"
    events = bus.events_of(run, "Run Failed")
    assert list(events)[-4:] == [
        "Endpoint Deployed",
        "Smoke Test Failed",
        "Endpoint Rolled Back",
        "Run Failed",
    ]
    assert events["Run Failed"]["error"] == "SmokeTestFailedError"
    assert "another answer" in events["Run Failed"]["reason"]
    assert events["Endpoint Rolled Back"]["config"] == ""
    until(lambda: stack.endpoint("untested") is None, "the endpoint to go")
    assert stack.configs("untested") == stack.models("untested") == set()


def test_a_second_deployment_that_fails_its_test_is_rolled_back(
    stack: Stack, bus: Listener
) -> None:
    first = stack.upload("proven", hyperparameters={"answer": "old"})
    assert first.end() == "SUCCEEDED"

    second = stack.upload(
        "proven", hyperparameters={"answer": "new"}, endpoint={"smoke_tests": WRONG}
    )

    assert second.end() == "FAILED"
    assert bus.events_of(second, "Run Failed")["Endpoint Rolled Back"]["config"] == first.job
    assert stack.ask("proven")["answer"] == "old"
    endpoint = stack.endpoint("proven")
    assert endpoint
    assert (endpoint["EndpointStatus"], endpoint["EndpointConfigName"]) == ("InService", first.job)
    assert stack.configs("proven") == stack.models("proven") == {first.job}


def test_without_deployment_the_model_is_registered_only(stack: Stack, bus: Listener) -> None:
    run = stack.upload("shelved", endpoint={"deploy": False})

    assert run.end() == "SUCCEEDED"
    events = bus.events_of(run, "Run Succeeded")
    assert "Model Registered" in events
    assert events["Run Succeeded"]["endpoint"] == ""
    assert stack.endpoint("shelved") is None
