"""Asynchronous endpoints of a running cloud: from S3 to S3, and told of through SNS."""

import base64
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.local.serving.live import BUCKET, LiveCloud, echo, until

SOURCE = """
    import pathlib, time
    def model_fn(model_dir): return model_dir
    def transform_fn(model, data, content_type, accept):
        word = data.decode()
        if word == "fail":
            raise ValueError("no such word")
        if word == "wait":
            time.sleep(600)
        gate = pathlib.Path(word)
        while word.startswith("/") and not gate.exists():
            time.sleep(0.02)
        return word.upper(), "text/plain"
"""


def an_output(**members: Any) -> dict[str, Any]:
    output = {"S3OutputPath": f"s3://{BUCKET}/out", "S3FailurePath": f"s3://{BUCKET}/failed"}
    return {"AsyncInferenceConfig": {"OutputConfig": output | members}}


@pytest.fixture(scope="module")
def cloud(live: LiveCloud) -> LiveCloud:
    """A cloud with an asynchronous endpoint `shouts`, which writes to topics too."""
    topics = {
        kind: live.client("sns").create_topic(Name=kind)["TopicArn"]
        for kind in ("successes", "errors")
    }
    live.make_model("shouts", SOURCE)
    live.serve(
        "shouts",
        **an_output(
            NotificationConfig={
                "SuccessTopic": topics["successes"],
                "ErrorTopic": topics["errors"],
                "IncludeInferenceResponseIn": [
                    "SUCCESS_NOTIFICATION_TOPIC",
                    "ERROR_NOTIFICATION_TOPIC",
                ],
            }
        ),
    )
    return live


def ask(cloud: LiveCloud, word: str, endpoint: str = "shouts", **members: Any) -> dict[str, Any]:
    key = f"in/{abs(hash(word))}"
    cloud.s3.put_object(Bucket=BUCKET, Key=key, Body=word.encode())
    answer: dict[str, Any] = cloud.runtime.invoke_endpoint_async(
        EndpointName=endpoint,
        InputLocation=f"s3://{BUCKET}/{key}",
        ContentType="text/plain",
        **members,
    )
    return answer


def content(cloud: LiveCloud, uri: str) -> bytes | None:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    try:
        body: bytes = cloud.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError:
        return None
    return body


def wait_for(cloud: LiveCloud, uri: str) -> bytes:
    until(lambda: content(cloud, uri) is not None)
    body = content(cloud, uri)
    assert body is not None
    return body


def first(messages: Callable[[], list[dict[str, Any]]]) -> dict[str, Any]:
    taken: list[dict[str, Any]] = []

    def came() -> bool:
        taken.extend(messages())
        return bool(taken)

    until(came)
    return taken[0]


def test_an_answer_is_stored_and_told(cloud: LiveCloud) -> None:
    messages = cloud.queue_of("successes")

    answer = ask(cloud, "hello", InferenceId="mine", CustomAttributes="a=b")

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert answer["InferenceId"] == "mine"
    assert answer["OutputLocation"].startswith(f"s3://{BUCKET}/out/")
    assert answer["OutputLocation"].endswith(".out")
    assert wait_for(cloud, answer["OutputLocation"]) == b"HELLO"
    message = first(messages)
    assert message["invocationStatus"] == "Completed"
    assert message["requestParameters"]["endpointName"] == "shouts"
    assert message["requestParameters"]["customAttributes"] == "a=b"
    assert message["responseParameters"] == {
        "contentType": "text/plain",
        "outputLocation": answer["OutputLocation"],
    }
    assert base64.b64decode(message["responseBody"]["content"]) == b"HELLO"
    assert (message["inferenceId"], message["eventName"]) == ("mine", "InferenceResult")
    assert message["eventTime"].endswith("Z")


def test_a_failure_is_stored_and_told(cloud: LiveCloud) -> None:
    messages = cloud.queue_of("errors")

    answer = ask(cloud, "fail")

    assert wait_for(cloud, answer["FailureLocation"]).startswith(b"no such word")
    message = first(messages)
    assert message["invocationStatus"] == "Failed"
    assert message["failureReason"].startswith(
        "ClientError: Received server error (500) from model."
    )
    assert content(cloud, answer["OutputLocation"]) is None


def test_input_may_come_with_the_request_and_output_be_named(cloud: LiveCloud) -> None:
    answer = cloud.runtime.invoke_endpoint_async(
        EndpointName="shouts",
        Body=b"inline",
        ContentType="text/plain",
        S3OutputPathExtension="today",
        Filename="word.txt",
    )

    assert answer["OutputLocation"] == f"s3://{BUCKET}/out/today/word.txt"
    assert wait_for(cloud, answer["OutputLocation"]) == b"INLINE"


def test_input_that_is_missing_fails(cloud: LiveCloud) -> None:
    answer = cloud.runtime.invoke_endpoint_async(
        EndpointName="shouts", InputLocation=f"s3://{BUCKET}/nothing"
    )

    assert b"Failed to download input payload" in wait_for(cloud, answer["FailureLocation"])


def test_a_model_that_takes_too_long_fails(cloud: LiveCloud) -> None:
    cloud.make_model("slow", SOURCE)
    cloud.serve("slow", **an_output())

    answer = ask(cloud, "wait", "slow", InvocationTimeoutSeconds=1)

    assert b"timed out" in wait_for(cloud, answer["FailureLocation"])


def test_each_kind_of_endpoint_refuses_the_other_way_to_invoke_it(cloud: LiveCloud) -> None:
    cloud.deploy("real-time", echo("now"))

    with pytest.raises(ClientError, match="is an asynchronous endpoint"):
        cloud.invoke("shouts")
    with pytest.raises(ClientError, match="is not an asynchronous endpoint"):
        ask(cloud, "hello", "real-time")


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({}, "Exactly one of InputLocation and Body"),
        ({"InputLocation": f"s3://{BUCKET}/in", "Body": b"x"}, "Exactly one of"),
        ({"Body": b"x" * 128_001}, "less than or equal to 128000"),
        ({"InputLocation": "https://bucket/in"}, "InputLocation is invalid"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    cloud: LiveCloud, members: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=message) as error:
        cloud.runtime.invoke_endpoint_async(EndpointName="shouts", **members)

    assert error.value.response["Error"]["Code"] == "ValidationError"


def test_an_asynchronous_endpoint_scales_to_nothing_and_its_queue_waits(cloud: LiveCloud) -> None:
    cloud.make_model("resting", SOURCE)
    cloud.serve("resting", **an_output())
    resize(cloud, "resting", 0)
    answers = [ask(cloud, word, "resting") for word in ("one", "two")]
    late = ask(cloud, "late", "resting", RequestTTLSeconds=60)
    assert content(cloud, answers[0]["OutputLocation"]) is None

    resize(cloud, "resting", 1)

    assert [wait_for(cloud, a["OutputLocation"]) for a in answers] == [b"ONE", b"TWO"]
    assert wait_for(cloud, late["OutputLocation"]) == b"LATE"


def resize(cloud: LiveCloud, endpoint: str, count: int) -> None:
    cloud.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=endpoint,
        DesiredWeightsAndCapacities=[{"VariantName": endpoint, "DesiredInstanceCount": count}],
    )
    assert cloud.settled(endpoint)["ProductionVariants"][0]["CurrentInstanceCount"] == count


def test_the_queue_survives_a_cloud_that_is_killed(cloud: LiveCloud, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    cloud.make_model("lasting", SOURCE)
    cloud.serve("lasting", **an_output())
    answers = [ask(cloud, str(gate), "lasting")]
    answers += [ask(cloud, f"word {number}", "lasting") for number in range(3)]
    time.sleep(3.5)  # so long the rest of the cloud may take to have its state on disk

    cloud.kill()
    gate.touch()
    cloud.start()

    bodies = [wait_for(cloud, answer["OutputLocation"]) for answer in answers]
    assert bodies == [str(gate).upper().encode(), b"WORD 0", b"WORD 1", b"WORD 2"]
