"""What the live tests do with processing jobs."""

import io
import tarfile
import zipfile
from typing import Any

from tests.unit.local.processing.builders import a_job, an_input, an_output
from tests.unit.local.training.client import LiveCloud, until

GROUP = "/aws/sagemaker/ProcessingJobs"


class Processing:
    """A running cloud, and what the tests do with its processing jobs."""

    def __init__(self, cloud: LiveCloud) -> None:
        self.cloud = cloud
        self.sagemaker = cloud.sagemaker

    def run(self, name: str, script: str, **members: Any) -> None:
        """Start a job that runs *script*; what it has in common with others is `a_job`'s."""
        self.put(f"{name}/code/run.py", script)
        inputs = [an_input(uri=f"s3://data/{name}/code/"), *members.pop("inputs", [])]
        outputs = members.pop("outputs", [an_output(uri=f"s3://data/{name}/out")])
        self.sagemaker.create_processing_job(
            **a_job(
                name,
                ProcessingInputs=inputs,
                ProcessingOutputConfig={"Outputs": outputs},
                **members,
            )
        )

    def describe(self, name: str) -> dict[str, Any]:
        job: dict[str, Any] = self.sagemaker.describe_processing_job(ProcessingJobName=name)
        return job

    def ended(self, name: str) -> dict[str, Any]:
        until(lambda: self.describe(name)["ProcessingJobStatus"] not in {"InProgress", "Stopping"})
        return self.describe(name)

    def completed(self, name: str) -> dict[str, Any]:
        job = self.ended(name)
        assert job["ProcessingJobStatus"] == "Completed", (job, self.lines(name))
        return job

    def put(self, key: str, text: str | bytes) -> None:
        body = text if isinstance(text, bytes) else text.encode()
        self.cloud.s3.put_object(Bucket="data", Key=key, Body=body)

    def objects(self, prefix: str) -> dict[str, str]:
        """The objects below *prefix*, by the rest of their keys."""
        found = self.cloud.s3.list_objects_v2(Bucket="data", Prefix=prefix).get("Contents", [])
        bodies = {o["Key"]: self.cloud.s3.get_object(Bucket="data", Key=o["Key"]) for o in found}
        return {key.removeprefix(prefix): b["Body"].read().decode() for key, b in bodies.items()}

    def lines(self, name: str, host: str = "algo-1") -> list[str]:
        logs = self.cloud.client("logs")
        streams = logs.describe_log_streams(
            logGroupName=GROUP, logStreamNamePrefix=f"{name}/{host}-"
        )["logStreams"]
        if not streams:
            return []
        events = logs.get_log_events(
            logGroupName=GROUP, logStreamName=streams[0]["logStreamName"], startFromHead=True
        )
        return [event["message"] for event in events["events"]]


def an_archive(files: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            body = content.encode() if isinstance(content, str) else content
            member = tarfile.TarInfo(name)
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    return buffer.getvalue()


def a_wheel() -> bytes:
    folder = "extra-1.0.dist-info"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("extra.py", "word = 'extra'")
        metadata = "Metadata-Version: 2.1\nName: extra\nVersion: 1.0"
        archive.writestr(f"{folder}/METADATA", metadata)
        wheel = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any"
        archive.writestr(f"{folder}/WHEEL", wheel)
        archive.writestr(f"{folder}/RECORD", "")
    return buffer.getvalue()
