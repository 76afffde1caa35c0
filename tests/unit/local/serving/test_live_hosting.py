"""Kinds of hosting beyond one container: several, many models, serverless, captured, isolated."""

import json
import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.local.serving.live import BUCKET, IMAGE, LiveCloud, echo, targz, until

PID = """
    import os
    def model_fn(model_dir): return open(model_dir + "/word.txt").read()
    def transform_fn(model, data, content_type, accept):
        if data == b"die":
            os._exit(9)
        return f"{model} {os.getpid()}", "text/plain"
"""


@pytest.fixture
def cloud(live: LiveCloud) -> LiveCloud:
    return live


def container(cloud: LiveCloud, name: str, source: str, **members: Any) -> dict[str, Any]:
    cloud.s3.put_object(
        Bucket=BUCKET, Key=f"{name}.tar.gz", Body=targz({"code/inference.py": source})
    )
    return {"Image": IMAGE, "ModelDataUrl": f"s3://{BUCKET}/{name}.tar.gz"} | members


def make_several(cloud: LiveCloud, name: str, mode: str, *containers: dict[str, Any]) -> None:
    cloud.sagemaker.create_model(
        ModelName=name,
        ExecutionRoleArn=cloud.role,
        Containers=list(containers),
        InferenceExecutionConfig={"Mode": mode},
    )
    assert cloud.serve(name)["EndpointStatus"] == "InService"


def test_in_a_pipeline_what_one_container_answers_is_what_the_next_is_asked(
    cloud: LiveCloud,
) -> None:
    failing = """
        def model_fn(model_dir): return "last"
        def transform_fn(model, data, content_type, accept):
            if b"fail" in data:
                raise ValueError("cannot")
            return f"{model} {data.decode()} as {content_type}", "text/plain"
    """
    make_several(
        cloud,
        "row",
        "Serial",
        container(cloud, "first", echo("first")),
        container(cloud, "last", failing),
    )

    assert cloud.invoke("row", b"hello") == "last first hello as text/plain"
    with pytest.raises(ClientError, match=r"from container-2 with message \"cannot") as error:
        cloud.invoke("row", b"fail")
    assert error.value.response["Error"]["Code"] == "ModelError"


def test_in_direct_mode_a_request_names_its_container(cloud: LiveCloud) -> None:
    make_several(
        cloud,
        "choice",
        "Direct",
        container(cloud, "a", echo("this is a"), ContainerHostname="a"),
        container(cloud, "b", echo("this is b"), ContainerHostname="b"),
    )

    assert cloud.invoke("choice", TargetContainerHostname="a") == "this is a hello"
    assert cloud.invoke("choice", TargetContainerHostname="b") == "this is b hello"
    with pytest.raises(ClientError, match="no container with hostname c"):
        cloud.invoke("choice", TargetContainerHostname="c")
    with pytest.raises(ClientError, match="Target container hostname is required"):
        cloud.invoke("choice")


def test_models_of_a_multi_model_endpoint_are_loaded_when_asked_for_and_evicted(
    cloud: LiveCloud,
) -> None:
    def upload(name: str) -> None:
        files: dict[str, str | bytes] = {"code/inference.py": PID, "word.txt": name}
        cloud.s3.put_object(Bucket=BUCKET, Key=f"many/{name}.tar.gz", Body=targz(files))

    def ask(number: int, body: bytes = b"") -> str:
        return cloud.invoke("many", body, TargetModel=f"m{number}.tar.gz").partition(" ")[2]

    cloud.sagemaker.create_model(
        ModelName="many",
        ExecutionRoleArn=cloud.role,
        PrimaryContainer={
            "Image": IMAGE,
            "ModelDataUrl": f"s3://{BUCKET}/many/",
            "Mode": "MultiModel",
        },
    )
    cloud.serve("many")
    for number in range(9):
        upload(f"m{number}")
    before = len(cloud.servers())

    first = [ask(number) for number in range(8)]
    assert len(set(first)) == 8
    assert ask(0) == first[0]
    assert len(cloud.servers()) == before + 16  # each with its supervisor
    ask(8)

    until(lambda: len(cloud.servers()) == before + 16)
    assert ask(0) == first[0]  # used last, so it stayed
    assert ask(1) != first[1]  # used least, so it was evicted and loaded again
    with pytest.raises(ClientError, match="Target model is required"):
        cloud.invoke("many")
    with pytest.raises(ClientError, match="Failed to download model data") as missing:
        cloud.invoke("many", TargetModel="none.tar.gz")
    assert missing.value.response["Error"]["Code"] == "ValidationError"
    cloud.sagemaker.delete_endpoint(EndpointName="many")


def test_a_model_that_does_not_load_is_an_error_and_is_tried_again(cloud: LiveCloud) -> None:
    def upload(word: str) -> None:
        files: dict[str, str | bytes] = {"code/inference.py": word}
        cloud.s3.put_object(Bucket=BUCKET, Key="some/m.tar.gz", Body=targz(files))

    cloud.sagemaker.create_model(
        ModelName="some",
        ExecutionRoleArn=cloud.role,
        PrimaryContainer={
            "Image": IMAGE,
            "ModelDataUrl": f"s3://{BUCKET}/some/",
            "Mode": "MultiModel",
        },
    )
    cloud.serve("some")
    upload("def model_fn(d): 1 / 0")

    with pytest.raises(ClientError, match="Failed to load model") as error:
        cloud.invoke("some", TargetModel="m.tar.gz")
    upload(echo("better"))

    assert error.value.response["Error"]["Code"] == "ModelError"
    assert cloud.invoke("some", TargetModel="m.tar.gz") == "better hello"


def test_only_a_multi_model_endpoint_has_target_models(cloud: LiveCloud) -> None:
    cloud.deploy("single", echo("one"))

    with pytest.raises(ClientError, match="target model"):
        cloud.invoke("single", TargetModel="a.tar.gz")
    with pytest.raises(ClientError, match="Direct mode"):
        cloud.invoke("single", TargetContainerHostname="a")


def test_a_serverless_endpoint_refuses_more_at_once_than_it_takes(cloud: LiveCloud) -> None:
    source = """
        import time
        def model_fn(model_dir): return ""
        def transform_fn(model, data, content_type, accept):
            time.sleep(1.0)
            return "done", "text/plain"
    """
    cloud.make_model("serverless", source)
    described = cloud.make_serverless("serverless", MaxConcurrency=2)
    impatient = cloud.client("sagemaker-runtime", retries={"total_max_attempts": 1})
    barrier = threading.Barrier(4)

    def ask(_: int) -> str:
        barrier.wait()
        try:
            answer = impatient.invoke_endpoint(EndpointName="serverless", Body=b"")
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return str(answer["Body"].read().decode())

    with ThreadPoolExecutor(4) as pool:
        answers = Counter(pool.map(ask, range(4)))

    assert answers == {"done": 2, "ThrottlingException": 2}
    config = described["ProductionVariants"][0]["CurrentServerlessConfig"]
    assert config == {"MemorySizeInMB": 1024, "MaxConcurrency": 2}


def test_requests_and_answers_are_captured(cloud: LiveCloud) -> None:
    capture = {
        "EnableCapture": True,
        "InitialSamplingPercentage": 100,
        "DestinationS3Uri": f"s3://{BUCKET}/captured",
        "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
        "CaptureContentTypeHeader": {"CsvContentTypes": ["text/csv"]},
    }
    source = """
        def model_fn(model_dir): return ""
        def transform_fn(model, data, content_type, accept): return b"\\x00\\xff", "image/png"
    """
    cloud.make_model("watched", source)
    described = cloud.serve("watched", DataCaptureConfig=capture)
    assert described["DataCaptureConfig"]["CaptureStatus"] == "Started"

    cloud.runtime.invoke_endpoint(
        EndpointName="watched",
        Body=b"1,2",
        ContentType="text/csv",
        InferenceId="id-1",
        CustomAttributes="a=b",
    )

    until(lambda: bool(cloud.objects("captured/")))
    ((key, body),) = cloud.objects("captured/").items()
    assert re.fullmatch(
        r"captured/watched/watched/\d{4}/\d\d/\d\d/\d\d/\d\d-\d\d-\d{3}-[0-9a-f-]{36}\.jsonl", key
    )
    line = json.loads(body)
    assert line["captureData"]["endpointInput"] == {
        "observedContentType": "text/csv",
        "mode": "INPUT",
        "data": "1,2",
        "encoding": "CSV",
    }
    assert line["captureData"]["endpointOutput"] == {
        "observedContentType": "image/png",
        "mode": "OUTPUT",
        "data": "AP8=",
        "encoding": "BASE64",
    }
    metadata = line["eventMetadata"]
    assert (metadata["inferenceId"], metadata["customAttributes"]) == ("id-1", ["a=b"])
    assert line["eventVersion"] == "0"


@pytest.mark.parametrize("isolated", [True, False])
def test_an_isolated_model_has_no_credentials(cloud: LiveCloud, *, isolated: bool) -> None:
    source = """
        import os
        def model_fn(model_dir): return model_dir
        def transform_fn(model, data, content_type, accept):
            return ",".join(name for name in os.environ if name.startswith("AWS_")), "text/plain"
    """
    name = f"isolated-{isolated}".lower()
    cloud.sagemaker.create_model(
        ModelName=name,
        ExecutionRoleArn=cloud.role,
        PrimaryContainer=container(cloud, name, source),
        EnableNetworkIsolation=isolated,
    )
    cloud.serve(name)

    names = set(cloud.invoke(name).split(","))

    assert bool({"AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"} & names) != isolated


def test_model_data_may_be_a_prefix(cloud: LiveCloud) -> None:
    for key, body in {"code/inference.py": PID, "word.txt": "plain"}.items():
        text = "\n".join(line[4:] for line in body.splitlines()) if "\n" in body else body
        cloud.s3.put_object(Bucket=BUCKET, Key=f"unpacked/{key}", Body=text.encode())
    source = {
        "S3Uri": f"s3://{BUCKET}/unpacked/",
        "S3DataType": "S3Prefix",
        "CompressionType": "None",
    }
    cloud.sagemaker.create_model(
        ModelName="unpacked",
        ExecutionRoleArn=cloud.role,
        PrimaryContainer={"Image": IMAGE, "ModelDataSource": {"S3DataSource": source}},
    )
    cloud.serve("unpacked")

    assert cloud.invoke("unpacked").startswith("plain ")


def test_fifty_invocations_at_once_are_all_answered(cloud: LiveCloud) -> None:
    source = """
        import time
        def model_fn(model_dir): return ""
        def transform_fn(model, data, content_type, accept):
            time.sleep(0.01)
            return data, content_type
    """
    cloud.deploy("busy", source)
    runtime = cloud.client("sagemaker-runtime", max_pool_connections=50)
    barrier = threading.Barrier(50)

    def ask(number: int) -> bool:
        barrier.wait()
        body = str(number).encode() * 1000
        answer = runtime.invoke_endpoint(EndpointName="busy", Body=body, ContentType="a/b")
        return bool(answer["Body"].read() == body)

    with ThreadPoolExecutor(50) as pool:
        assert all(pool.map(ask, range(50)))
