"""Endpoints of a running cloud, through AWS's own client."""

import json
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EventStreamError

from tests.unit.local.serving.live import BUCKET, IMAGE, LiveCloud, echo, targz, until

UNHEALTHY = (
    "The primary container for production variant {} did not pass the ping health check. "
    "Please check CloudWatch logs for this endpoint."
)
BROKEN = "def model_fn(model_dir): raise RuntimeError('no weights')"


@pytest.fixture
def cloud(live: LiveCloud) -> LiveCloud:
    return live


@pytest.fixture
def own_cloud(tmp_path: Path, cache: Path) -> Iterator[LiveCloud]:
    """A cloud that the test may kill."""
    cloud = LiveCloud(tmp_path, cache)
    try:
        cloud.prepare()
        yield cloud
    finally:
        cloud.stop()


def refusal(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    answer = error.value.response["Error"]
    return answer["Code"], answer["Message"]


def a_wheel(folder: Path) -> bytes:
    wheel = folder / "greeting.whl"
    entries = {
        "greeting.py": "word = 'installed'",
        "greeting-1.0.dist-info/METADATA": "Name: greeting\nVersion: 1.0",
        "greeting-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true",
        "greeting-1.0.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in entries.items():
            archive.writestr(path, f"{text}\n")
    return wheel.read_bytes()


class Events:
    """The events of one endpoint from now on."""

    def __init__(self, cloud: LiveCloud, endpoint: str) -> None:
        self._sqs = cloud.client("sqs")
        self._queue = self._sqs.create_queue(QueueName="events")["QueueUrl"]
        attributes = self._sqs.get_queue_attributes(
            QueueUrl=self._queue, AttributeNames=["QueueArn"]
        )
        target = {"Id": "queue", "Arn": attributes["Attributes"]["QueueArn"]}
        pattern = {
            "source": ["aws.sagemaker"],
            "detail-type": ["SageMaker Endpoint State Change"],
            "detail": {"EndpointName": [endpoint]},
        }
        events = cloud.client("events")
        events.put_rule(Name="events", EventPattern=json.dumps(pattern))
        events.put_targets(Rule="events", Targets=[target])

    def take(self, count: int) -> list[dict[str, Any]]:
        taken: list[dict[str, Any]] = []

        def enough() -> bool:
            answer = self._sqs.receive_message(QueueUrl=self._queue)
            for message in answer.get("Messages", []):
                handle = message["ReceiptHandle"]
                self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=handle)
                taken.append(json.loads(message["Body"]))
            return len(taken) >= count

        until(enough)
        return taken


def test_an_endpoint_answers_with_its_model(cloud: LiveCloud) -> None:
    source = """
        import json
        def model_fn(model_dir):
            return open(model_dir + "/weights.txt").read()
        def transform_fn(model, data, content_type, accept, context):
            context.set_response_header(0, "X-Amzn-SageMaker-Custom-Attributes", "served=yes")
            asked = context.get_request_header(0, "X-Amzn-SageMaker-Custom-Attributes")
            return json.dumps([model, data.decode(), content_type, accept, asked])
    """
    archive = targz({"code/inference.py": source, "weights.txt": "42"})

    described = cloud.deploy("answers", archive=archive)
    answer = cloud.runtime.invoke_endpoint(
        EndpointName="answers",
        Body=b"hello",
        ContentType="text/x-own",
        Accept="application/json",
        CustomAttributes="trace=1",
    )

    assert described["EndpointStatus"] == "InService"
    assert described["ProductionVariants"][0]["DeployedImages"][0]["SpecifiedImage"] == IMAGE
    body = json.loads(answer["Body"].read())
    assert body == ["42", "hello", "text/x-own", "application/json", "trace=1"]
    assert answer["ContentType"] == "application/json"
    assert answer["InvokedProductionVariant"] == "answers"
    assert answer["CustomAttributes"] == "served=yes"


def test_a_model_without_handlers_of_its_own_predicts_in_the_framework_image(
    cloud: LiveCloud,
) -> None:
    source = """
        from sklearn.dummy import DummyClassifier
        def model_fn(model_dir):
            return DummyClassifier(strategy="constant", constant=7).fit([[0], [0]], [7, 8])
    """

    cloud.deploy("framework", source)

    answer = cloud.invoke("framework", b"1,2\n3,4\n", ContentType="text/csv", Accept="text/csv")
    assert answer == "7\n7\n"


def test_the_requirements_beside_the_code_are_installed(cloud: LiveCloud, tmp_path: Path) -> None:
    source = """
        import greeting
        def model_fn(model_dir): return greeting.word
        def transform_fn(model, data, content_type, accept): return model
    """
    files: dict[str, str | bytes] = {
        "code/inference.py": source,
        "code/requirements.txt": "./greeting-1.0-py3-none-any.whl\n",
        "code/greeting-1.0-py3-none-any.whl": a_wheel(tmp_path),
    }

    assert cloud.deploy("required", archive=targz(files))["EndpointStatus"] == "InService"

    assert cloud.invoke("required") == "installed"


def test_code_that_is_not_part_of_the_model_data_is_fetched(cloud: LiveCloud) -> None:
    source = targz({"serve.py": echo("fetched")})
    cloud.s3.put_object(Bucket=BUCKET, Key="source.tar.gz", Body=source)

    cloud.deploy(
        "fetched",
        archive=targz({"weights.txt": "42"}),
        SAGEMAKER_PROGRAM="serve.py",
        SAGEMAKER_SUBMIT_DIRECTORY=f"s3://{BUCKET}/source.tar.gz",
    )

    assert cloud.invoke("fetched") == "fetched hello"


def test_every_status_is_an_event_and_every_line_is_logged(cloud: LiveCloud) -> None:
    events = Events(cloud, "eventful")

    cloud.deploy("eventful", echo("one"))

    creating, in_service = events.take(2)
    assert creating["detail"]["EndpointStatus"] == "CREATING"
    assert in_service["detail"]["EndpointStatus"] == "IN_SERVICE"
    assert in_service["detail"]["EndpointName"] == "eventful"
    assert in_service["detail"]["EndpointConfigName"] == "eventful"
    assert in_service["detail"]["ProductionVariants"][0]["VariantName"] == "eventful"
    assert in_service["resources"] == [in_service["detail"]["EndpointArn"]]
    assert isinstance(in_service["detail"]["CreationTime"], int)
    until(lambda: any("Started server process" in line for line in cloud.lines("eventful")))


def test_an_update_is_exchanged_without_losing_a_request(cloud: LiveCloud) -> None:
    cloud.deploy("moving", echo("one"))
    answers: Counter[str] = Counter()
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            answers[cloud.invoke("moving")] += 1

    asking = [threading.Thread(target=ask) for _ in range(3)]
    for thread in asking:
        thread.start()
    described = cloud.update("moving", "moving-2", echo("two"))
    until(lambda: answers["two hello"] > 0)
    done.set()
    for thread in asking:
        thread.join()

    assert described["EndpointConfigName"] == "moving-2"
    assert "FailureReason" not in described
    assert set(answers) == {"one hello", "two hello"}
    assert cloud.invoke("moving") == "two hello"


def test_an_update_that_fails_leaves_what_served_in_service(cloud: LiveCloud) -> None:
    cloud.deploy("steady", echo("one"))

    described = cloud.update("steady", "steady-2", BROKEN)

    assert described["EndpointStatus"] == "InService"
    assert described["EndpointConfigName"] == "steady"
    assert described["FailureReason"] == UNHEALTHY.format("steady-2")
    assert cloud.invoke("steady") == "one hello"
    until(lambda: any("RuntimeError: no weights" in line for line in cloud.lines("steady")))

    repaired = cloud.update("steady", "steady-3", echo("three"))
    assert "FailureReason" not in repaired
    assert cloud.invoke("steady") == "three hello"


def test_an_endpoint_that_never_becomes_healthy_fails_and_can_only_be_deleted(
    cloud: LiveCloud,
) -> None:
    described = cloud.deploy("broken", BROKEN)

    assert described["EndpointStatus"] == "Failed"
    assert described["FailureReason"] == UNHEALTHY.format("broken")
    with pytest.raises(ClientError) as invoked:
        cloud.invoke("broken")
    account = cloud.info.account
    message = f"Endpoint broken of account {account} not found."
    assert refusal(invoked) == ("ValidationError", message)
    with pytest.raises(ClientError, match="with status Failed"):
        cloud.sagemaker.update_endpoint(EndpointName="broken", EndpointConfigName="broken")

    cloud.sagemaker.delete_endpoint(EndpointName="broken")
    until(lambda: not cloud.sagemaker.list_endpoints(NameContains="broken")["Endpoints"])


def test_an_endpoint_in_progress_is_left_alone(cloud: LiveCloud, tmp_path: Path) -> None:
    source = f"""
        import time
        from pathlib import Path
        def model_fn(model_dir):
            while not Path({str(tmp_path / "go")!r}).exists():
                time.sleep(0.02)
    """
    cloud.make_model("slow", source)
    cloud.make_config("slow")
    arn = cloud.sagemaker.create_endpoint(EndpointName="slow", EndpointConfigName="slow")

    with pytest.raises(ClientError) as updated:
        cloud.sagemaker.update_endpoint(EndpointName="slow", EndpointConfigName="slow")
    with pytest.raises(ClientError) as deleted:
        cloud.sagemaker.delete_endpoint(EndpointName="slow")
    with pytest.raises(ClientError) as created:
        cloud.sagemaker.create_endpoint(EndpointName="slow", EndpointConfigName="slow")

    in_progress = f'Cannot update in-progress endpoint "{arn["EndpointArn"]}".'
    exists = f'Cannot create already existing endpoint "{arn["EndpointArn"]}".'
    assert refusal(updated) == ("ValidationException", in_progress)
    assert refusal(deleted) == ("ValidationException", in_progress)
    assert refusal(created) == ("ValidationException", exists)
    (tmp_path / "go").touch()
    assert cloud.settled("slow")["EndpointStatus"] == "InService"


def test_a_deleted_endpoint_is_gone_and_so_are_its_processes(cloud: LiveCloud) -> None:
    before = cloud.servers()
    cloud.deploy("passing", echo("one"))
    assert len(cloud.servers()) == len(before) + 2  # the server and its supervisor

    cloud.sagemaker.delete_endpoint(EndpointName="passing")

    until(lambda: not cloud.sagemaker.list_endpoints(NameContains="passing")["Endpoints"])
    assert cloud.servers() == before
    with pytest.raises(ClientError, match="Could not find endpoint"):
        cloud.sagemaker.describe_endpoint(EndpointName="passing")


def test_a_configuration_in_use_may_be_deleted_but_then_updates_are_refused(
    cloud: LiveCloud,
) -> None:
    cloud.deploy("orphan", echo("one"))
    cloud.sagemaker.delete_endpoint_config(EndpointConfigName="orphan")
    cloud.sagemaker.delete_model(ModelName="orphan")
    cloud.make_model("orphan-2", echo("two"))
    cloud.make_config("orphan-2")

    with pytest.raises(ClientError) as error:
        cloud.sagemaker.update_endpoint(EndpointName="orphan", EndpointConfigName="orphan-2")

    assert refusal(error)[1].startswith("Could not find endpoint configuration")
    assert cloud.invoke("orphan") == "one hello"


def test_an_error_of_the_model_is_a_model_error_with_its_words(cloud: LiveCloud) -> None:
    source = """
        def model_fn(model_dir): return None
        def transform_fn(model, data, content_type, accept): raise ValueError("negative age")
    """
    cloud.deploy("failing", source)

    with pytest.raises(ClientError) as error:
        cloud.invoke("failing")

    answer: dict[str, Any] = dict(error.value.response)
    code, message = refusal(error)
    assert code == "ModelError"
    assert message.startswith(
        'Received server error (500) from primary with message "negative age\nTraceback'
    )
    assert "/aws/sagemaker/Endpoints/failing" in message
    assert answer["OriginalStatusCode"] == 500
    assert answer["OriginalMessage"].startswith("negative age\n")
    assert answer["LogStreamArn"].endswith(":log-group:/aws/sagemaker/Endpoints/failing")


def test_a_server_that_dies_is_started_again(cloud: LiveCloud) -> None:
    source = """
        import os
        def model_fn(model_dir): return "alive"
        def transform_fn(model, data, content_type, accept):
            if data == b"die":
                os._exit(9)
            return model
    """
    cloud.deploy("dying", source)

    with pytest.raises(ClientError) as error:
        cloud.invoke("dying", b"die")

    assert refusal(error)[0] == "ModelError"
    assert dict(error.value.response)["OriginalStatusCode"] == 503

    until(lambda: answers(cloud, "dying", "alive"))
    assert cloud.settled("dying")["EndpointStatus"] == "InService"
    until(lambda: any("ended with exit code 9" in line for line in cloud.lines("dying")))


def test_traffic_is_shared_by_weight_unless_a_variant_is_named(cloud: LiveCloud) -> None:
    cloud.make_model("blue", echo("blue"))
    cloud.make_model("green", echo("green"))
    cloud.make_config("colours", blue=3, green=1)
    cloud.sagemaker.create_endpoint(EndpointName="colours", EndpointConfigName="colours")
    cloud.settled("colours")

    shares = Counter(cloud.invoke("colours") for _ in range(200))

    assert set(shares) == {"blue hello", "green hello"}
    assert 0.55 < shares["blue hello"] / 200 < 0.92
    assert cloud.invoke("colours", TargetVariant="green") == "green hello"
    with pytest.raises(ClientError, match="no production variant red"):
        cloud.invoke("colours", TargetVariant="red")


def test_an_alarm_rolls_a_canary_of_one_process_in_two_back(cloud: LiveCloud) -> None:
    source = """
        import os
        def model_fn(model_dir): return "{} "
        def transform_fn(model, data, content_type, accept): return model + str(os.getpid())
    """
    cloudwatch = cloud.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="errors",
        MetricName="Invocation5XXErrors",
        Namespace="AWS/SageMaker",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    for name in ("mine", "canary"):
        cloud.make_model(name, source.format(name))
        cloud.make_config(name, count=2)
    cloud.sagemaker.create_endpoint(EndpointName="mine", EndpointConfigName="mine")
    cloud.settled("mine")
    assert len({cloud.invoke("mine") for _ in range(20)}) == 2
    routing = {
        "Type": "CANARY",
        "CanarySize": {"Type": "INSTANCE_COUNT", "Value": 1},
        "WaitIntervalInSeconds": 3600,
    }
    cloud.sagemaker.update_endpoint(
        EndpointName="mine",
        EndpointConfigName="canary",
        DeploymentConfig={
            "BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing},
            "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "errors"}]},
        },
    )
    until(lambda: any(cloud.invoke("mine").startswith("canary") for _ in range(10)))
    kinds = Counter(cloud.invoke("mine") for _ in range(40))
    assert len([kind for kind in kinds if kind.startswith("canary")]) == 1

    cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="a test")

    described = cloud.settled("mine")
    assert (described["EndpointStatus"], described["EndpointConfigName"]) == ("InService", "mine")
    assert "errors are in the state ALARM" in described["FailureReason"]
    assert {cloud.invoke("mine").partition(" ")[0] for _ in range(20)} == {"mine"}


@pytest.mark.parametrize(
    ("name", "archive", "reason"),
    [
        ("escaping", targz({"../escaped.txt": "x"}), "Failed to extract model data archive"),
        ("no-archive", b"not an archive", "Failed to extract model data archive"),
        ("cut-off", targz({"weights": "x" * 9999})[:60], "Failed to extract model data archive"),
        ("no-code", targz({"weights.txt": "42"}), UNHEALTHY.format("no-code")),
    ],
    ids=["escaping", "no-archive", "cut-off", "no-code"],
)
def test_model_data_that_is_no_good_fails_the_endpoint(
    cloud: LiveCloud, name: str, archive: bytes, reason: str
) -> None:
    described = cloud.deploy(name, archive=archive)

    assert described["EndpointStatus"] == "Failed"
    assert described["FailureReason"].startswith(reason)
    assert list(cloud.state.rglob("escaped.txt")) == []


def test_model_data_that_is_missing_or_forbidden_is_refused_with_the_model(
    cloud: LiveCloud,
) -> None:
    url = f"s3://{BUCKET}/missing.tar.gz"
    container = {"Image": IMAGE, "ModelDataUrl": url}

    with pytest.raises(ClientError) as missing:
        cloud.sagemaker.create_model(
            ModelName="missing", ExecutionRoleArn=cloud.role, PrimaryContainer=container
        )
    with pytest.raises(ClientError) as forbidden:
        cloud.sagemaker.create_model(
            ModelName="missing",
            ExecutionRoleArn=cloud.make_role("without-policies"),
            PrimaryContainer=container,
        )

    assert refusal(missing) == ("ValidationException", f"Could not find model data at {url}.")
    assert refusal(forbidden)[1].startswith(f"Could not access model data at {url}.")


def test_a_body_above_six_megabytes_is_refused(cloud: LiveCloud) -> None:
    with pytest.raises(ClientError) as error:
        cloud.invoke("answers", b"x" * (6 * 1024 * 1024 + 1))

    assert refusal(error)[0] == "ValidationError"


STREAMING = """
    import asyncio, time
    def model_fn(model_dir): return "model"
    def transform_fn(model, data, content_type, accept):
        if data == b"fail":
            raise ValueError("no stream")
        return {b"async": later, b"slow": slowly}.get(data, parts)(data.decode()), "text/plain"
    def parts(word):
        for number in range(3):
            yield f"{word} {number};"
            if word == "break" and number == 1:
                raise RuntimeError("out of words")
    def slowly(word):
        for part in parts(word):
            time.sleep(0.15)
            yield part
    async def later(word):
        for part in parts(word):
            await asyncio.sleep(0)
            yield part
"""


def streamed(cloud: LiveCloud, body: bytes) -> Iterator[bytes]:
    answer = cloud.runtime.invoke_endpoint_with_response_stream(
        EndpointName="streaming", Body=body, ContentType="text/plain"
    )
    assert (answer["ContentType"], answer["InvokedProductionVariant"]) == (
        "text/plain",
        "streaming",
    )
    return (event["PayloadPart"]["Bytes"] for event in answer["Body"])


def test_an_answer_streams_as_the_model_makes_it(cloud: LiveCloud) -> None:
    cloud.deploy("streaming", STREAMING)
    times = []

    for part in streamed(cloud, b"slow"):
        times.append(time.monotonic())
        assert part.endswith(b";")

    assert len(times) == 3
    assert times[-1] - times[0] > 0.15
    assert b"".join(streamed(cloud, b"async")) == b"async 0;async 1;async 2;"
    assert cloud.invoke("streaming", b"whole") == "whole 0;whole 1;whole 2;"


def test_an_error_before_the_stream_is_a_model_error_and_in_it_ends_it(cloud: LiveCloud) -> None:
    with pytest.raises(ClientError) as before:
        list(streamed(cloud, b"fail"))
    parts = streamed(cloud, b"break")
    taken = [next(parts), next(parts)]
    with pytest.raises(EventStreamError) as inside:
        next(parts)

    assert refusal(before)[0] == "ModelError"
    assert taken == [b"break 0;", b"break 1;"]
    error = inside.value.response["Error"]
    assert error["Code"] == "ModelStreamError"
    assert "closed before" in error["Message"]


def test_endpoints_come_back_with_the_cloud(cloud: LiveCloud) -> None:
    cloud.deploy("lasting", echo("one"))
    cloud.s3.delete_object(Bucket=BUCKET, Key="lasting.tar.gz")

    cloud.stop()
    stopped = cloud.servers()
    cloud.start()

    assert stopped == []
    until(lambda: answers(cloud, "lasting", "one hello"))
    assert cloud.settled("lasting")["EndpointStatus"] == "InService"


def test_endpoints_die_with_a_cloud_that_is_killed(own_cloud: LiveCloud) -> None:
    own_cloud.deploy("mortal", echo("one"))
    assert len(own_cloud.servers()) == 2

    own_cloud.kill()

    until(lambda: own_cloud.servers() == [])


def answers(cloud: LiveCloud, endpoint: str, expected: str) -> bool:
    try:
        return cloud.invoke(endpoint) == expected
    except ClientError:
        return False
