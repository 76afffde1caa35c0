"""What the live tests do with a cloud: put files, start jobs, wait, read logs."""

import io
import json
import os
import socket
import subprocess
import sys
import tarfile
import time
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import botocore.session

from tests.unit.local.training.builders import ACCOUNT, REGION, ROLE, a_request

SECRET = "secret of the root"
PROGRAM = Path(__file__).with_name("cloud.py")
DEADLINE_SECONDS = 60
KEYS = ["train/a b.csv", "train/p+q.csv", "train/x%2Fy.csv", "train/日本.csv", "train/sub/deep.csv"]
"""What is in the bucket `data` of the tests' cloud."""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
        }
    ],
}


class LiveCloud:
    """A running cloud and clients of it as the root of the account."""

    def __init__(self, state: Path) -> None:
        self.state = state
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start()

    def start(self) -> None:
        command = [sys.executable, str(PROGRAM), str(self.port), str(self.state)]
        with (self.state / "cloud.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=self._variables())
        until(self._answers)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(DEADLINE_SECONDS)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(DEADLINE_SECONDS)

    def _variables(self) -> dict[str, str]:
        return os.environ | {
            "AUTH": "true",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "PERSIST_STATE": "1",
            "S3_PERSIST": "1",
            "STATE_DIR": str(self.state / "services"),
            "S3_DATA_DIR": str(self.state / "s3"),
            "AWS_ACCESS_KEY_ID": "root",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
        }

    def _answers(self) -> bool:
        assert self.process.poll() is None, (self.state / "cloud.log").read_text()[-3000:]
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def client(self, service: str) -> Any:
        return botocore.session.get_session().create_client(
            service,
            region_name=REGION,
            endpoint_url=f"http://127.0.0.1:{self.port}",
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key=SECRET,
        )

    @cached_property
    def sagemaker(self) -> Any:
        return self.client("sagemaker")

    @cached_property
    def s3(self) -> Any:
        return self.client("s3")

    def make_role(self, *actions: str, arn: str = ROLE) -> None:
        iam, name = self.client("iam"), arn.rpartition("/")[2]
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
        statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(policy))

    def train(self, name: str, script: str, *files: tuple[str, str], **members: Any) -> None:
        """Start a job that runs *script*, which is beside *files* of names and texts."""
        parameters = {
            "sagemaker_program": '"train.py"',
            "sagemaker_submit_directory": f'"s3://data/{name}.tar.gz"',
            **members.pop("HyperParameters", {}),
        }
        program = json.loads(parameters["sagemaker_program"])
        source = an_archive(program, script, *files)
        self.s3.put_object(Bucket="data", Key=f"{name}.tar.gz", Body=source)
        self.sagemaker.create_training_job(**a_request(name, HyperParameters=parameters, **members))

    def train_image(self, name: str, image: str, **members: Any) -> None:
        """Start a job that runs an image of its own."""
        algorithm = {"TrainingImage": image, "TrainingInputMode": "File"}
        algorithm |= members.pop("AlgorithmSpecification", {})
        parameters = members.pop("HyperParameters", {"epochs": "3"})
        request = a_request(
            name, AlgorithmSpecification=algorithm, HyperParameters=parameters, **members
        )
        self.sagemaker.create_training_job(**request)

    def describe(self, name: str) -> dict[str, Any]:
        described: dict[str, Any] = self.sagemaker.describe_training_job(TrainingJobName=name)
        return described

    def ended(self, name: str) -> dict[str, Any]:
        """Wait for the end of a job and describe it."""
        until(lambda: self.describe(name)["TrainingJobStatus"] not in {"InProgress", "Stopping"})
        return self.describe(name)

    def model(self, job: dict[str, Any], name: str = "model.tar.gz") -> dict[str, bytes]:
        """The files that a job has left in an archive of its output."""
        key = job["ModelArtifacts"]["S3ModelArtifacts"].removeprefix("s3://data/")
        body = self.s3.get_object(Bucket="data", Key=key.replace("model.tar.gz", name))["Body"]
        with tarfile.open(fileobj=io.BytesIO(body.read())) as archive:
            members = [member for member in archive if member.isfile()]
            return {
                member.name: cast("Any", archive.extractfile(member)).read() for member in members
            }

    def lines(self, name: str, host: str = "algo-1") -> list[str]:
        """All that a job has printed on an instance."""
        logs, group = self.client("logs"), "/aws/sagemaker/TrainingJobs"
        try:
            found = logs.describe_log_streams(
                logGroupName=group, logStreamNamePrefix=f"{name}/{host}-"
            )
        except logs.exceptions.ResourceNotFoundException:
            return []
        if not found["logStreams"]:
            return []
        events = logs.get_log_events(
            logGroupName=group,
            logStreamName=found["logStreams"][0]["logStreamName"],
            startFromHead=True,
        )
        return [event["message"] for event in events["events"]]


def until(condition: Any) -> None:
    """Wait until *condition* holds."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def an_archive(first: str, content: str, *more: tuple[str, str]) -> bytes:
    """A tar.gz of files: names and texts."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, text in [(first, content), *more]:
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return buffer.getvalue()
