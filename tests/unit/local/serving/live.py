"""A running cloud, and what the tests of live endpoints do with it."""

import io
import json
import os
import signal
import socket
import tarfile
import textwrap
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import botocore.session
from botocore.config import Config

from trainwright_local.cloud import lifecycle

BUCKET = "models"
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3"
DEADLINE_SECONDS = 60
IN_PROGRESS = {"Creating", "Updating"}

ECHO = """
    def model_fn(model_dir):
        return "{word}"
    def transform_fn(model, data, content_type, accept):
        return model + " " + data.decode(), "text/plain"
"""


class LiveCloud:
    """A cloud of the tests' own, with a bucket for models and a role that may read it."""

    served = "endpoints"
    """Where the model servers work that `servers` finds."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.state = folder
        self._cache = cache
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port: int = probe.getsockname()[1]
        self.start()

    def prepare(self) -> None:
        """Make the bucket and the role that models have."""
        self.s3.create_bucket(Bucket=BUCKET)
        self.role = self.make_role("models", "s3:*", "logs:*", "cloudwatch:*", "sns:*")

    def start(self) -> None:
        self.info = lifecycle.up(self.state, port=self._port, cache_dir=self._cache)

    def stop(self) -> None:
        lifecycle.down(self.state)

    def kill(self) -> None:
        os.kill(self.info.pid, signal.SIGKILL)
        until(lambda: lifecycle.status(self.state) is None)

    def client(self, service: str, **settings: Any) -> Any:
        return botocore.session.get_session().create_client(
            service,
            region_name=self.info.region,
            endpoint_url=self.info.endpoint_url,
            aws_access_key_id=self.info.access_key_id,
            aws_secret_access_key=self.info.secret_access_key,
            config=Config(**settings),
        )

    @cached_property
    def sagemaker(self) -> Any:
        return self.client("sagemaker")

    @cached_property
    def runtime(self) -> Any:
        return self.client("sagemaker-runtime")

    @cached_property
    def s3(self) -> Any:
        return self.client("s3")

    @cached_property
    def logs(self) -> Any:
        return self.client("logs")

    def make_role(self, name: str, *actions: str) -> str:
        iam = self.client("iam")
        principal = {"Service": "sagemaker.amazonaws.com"}
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
        arn: str = iam.create_role(
            RoleName=name,
            AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        )["Role"]["Arn"]
        if actions:
            allow = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
            document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
            iam.put_role_policy(RoleName=name, PolicyName="given", PolicyDocument=document)
        return arn

    def make_model(
        self, name: str, source: str = "", *, archive: bytes | None = None, **environment: str
    ) -> None:
        """Upload model data, *source* as the code in it, and make a model of it."""
        if archive is None:
            archive = targz({"code/inference.py": source})
        self.s3.put_object(Bucket=BUCKET, Key=f"{name}.tar.gz", Body=archive)
        container: dict[str, Any] = {
            "Image": IMAGE,
            "ModelDataUrl": f"s3://{BUCKET}/{name}.tar.gz",
            "Environment": environment,
        }
        self.sagemaker.create_model(
            ModelName=name, ExecutionRoleArn=self.role, PrimaryContainer=container
        )

    def make_serverless(self, name: str, **sizes: int) -> dict[str, Any]:
        """Make an endpoint of the model *name* without instances; what became of it."""
        variant = {
            "VariantName": name,
            "ModelName": name,
            "ServerlessConfig": {"MemorySizeInMB": 1024, "MaxConcurrency": 1} | sizes,
        }
        self.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
        self.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
        return self.settled(name)

    def serve(self, name: str, count: int = 1, **members: Any) -> dict[str, Any]:
        """Make an endpoint of the model *name*, configured with *members*; what became of it."""
        self.make_config(name, count, members)
        self.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
        return self.settled(name)

    def objects(self, prefix: str) -> dict[str, bytes]:
        """Return the objects below a prefix of the bucket."""
        listed = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        return {
            entry["Key"]: self.s3.get_object(Bucket=BUCKET, Key=entry["Key"])["Body"].read()
            for entry in listed
        }

    def queue_of(self, topic: str) -> Callable[[], list[dict[str, Any]]]:
        """Make a topic with a queue behind it; what gives the messages that have come."""
        sns, sqs = self.client("sns"), self.client("sqs")
        arn = sns.create_topic(Name=topic)["TopicArn"]
        url = sqs.create_queue(QueueName=topic)["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        queue = attributes["Attributes"]["QueueArn"]
        principal = {"Service": "sns.amazonaws.com"}
        allow = {"Effect": "Allow", "Principal": principal, "Action": "sqs:SendMessage"}
        policy = {"Version": "2012-10-17", "Statement": [allow | {"Resource": queue}]}
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
        sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue)

        def messages() -> list[dict[str, Any]]:
            answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
            bodies = [json.loads(message["Body"]) for message in answer.get("Messages", [])]
            return [json.loads(body["Message"]) for body in bodies]

        return messages

    def make_config(
        self, name: str, count: int = 1, members: dict[str, Any] | None = None, **weights: float
    ) -> None:
        """Make a configuration of a variant for each of the models, or of the model *name*."""
        self.sagemaker.create_endpoint_config(
            EndpointConfigName=name,
            ProductionVariants=[
                {
                    "VariantName": model,
                    "ModelName": model,
                    "InstanceType": "ml.m5.large",
                    "InitialInstanceCount": count,
                    "InitialVariantWeight": weight,
                    "ContainerStartupHealthCheckTimeoutInSeconds": 60,
                }
                for model, weight in (weights or {name: 1.0}).items()
            ],
            **members or {},
        )

    def deploy(self, name: str, source: str = "", **given: Any) -> dict[str, Any]:
        """Make a model, a configuration and an endpoint of one name; what became of it."""
        self.make_model(name, source, **given)
        self.make_config(name)
        self.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
        return self.settled(name)

    def update(self, endpoint: str, name: str, source: str = "", **given: Any) -> dict[str, Any]:
        """Make a model and a configuration, and let an endpoint serve them."""
        self.make_model(name, source, **given)
        self.make_config(name)
        self.sagemaker.update_endpoint(EndpointName=endpoint, EndpointConfigName=name)
        return self.settled(endpoint)

    def settled(self, name: str) -> dict[str, Any]:
        """Wait until an endpoint is no longer in progress."""
        described: dict[str, Any] = {}

        def is_settled() -> bool:
            described.update(self.sagemaker.describe_endpoint(EndpointName=name))
            return described["EndpointStatus"] not in IN_PROGRESS

        until(is_settled)
        return self.sagemaker.describe_endpoint(EndpointName=name)  # type: ignore[no-any-return]

    def invoke(self, name: str, body: bytes = b"hello", **members: Any) -> str:
        answer = self.runtime.invoke_endpoint(
            EndpointName=name, Body=body, **{"ContentType": "text/plain"} | members
        )
        return answer["Body"].read().decode()  # type: ignore[no-any-return]

    def lines(self, endpoint: str) -> list[str]:
        """Return what the servers of an endpoint have logged."""
        group = f"/aws/sagemaker/Endpoints/{endpoint}"
        if not self.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            return []
        return [
            event["message"]
            for stream in self.logs.describe_log_streams(logGroupName=group)["logStreams"]
            for event in self.logs.get_log_events(
                logGroupName=group, logStreamName=stream["logStreamName"]
            )["events"]
        ]

    def servers(self) -> list[int]:
        """Return the processes of model servers that work in this cloud's folder."""
        found = []
        for entry in filter(lambda entry: entry.name.isdigit(), Path("/proc").iterdir()):
            try:
                folder = (entry / "cwd").readlink()
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            if folder.is_relative_to(self.state / "sagemaker" / self.served):
                found.append(int(entry.name))
        return found


def echo(word: str) -> str:
    return ECHO.format(word=word)


def targz(files: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, text in files.items():
            data = textwrap.dedent(text).encode() if isinstance(text, str) else text
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)
