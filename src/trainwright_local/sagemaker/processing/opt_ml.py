"""The folder that one instance of a processing job knows as `/opt/ml`, and what is beside it."""

import json
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from trainwright_local.sagemaker.jobs.inputs import Share, fetch, source_of
from trainwright_local.sagemaker.jobs.instances import ETC_HOSTS, hosts_file
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.jobs.sandbox import OPT_ML, Sandbox
from trainwright_local.sagemaker.jobs.usage import Volume
from trainwright_local.sagemaker.processing.admission import inputs_of, is_isolated, outputs_of
from trainwright_local.sagemaker.store import Json, Record

CONFIGURATION = (
    "ProcessingJobArn",
    "ProcessingJobName",
    "Environment",
    "ProcessingInputs",
    "ProcessingResources",
    "RoleArn",
    "StoppingCondition",
)


class OptMl:
    """What a command finds on instance *number* of the *hosts*, and what it leaves there."""

    def __init__(self, run: Run, hosts: Sequence[str], number: int) -> None:
        self.host = hosts[number]
        self.hosts = hosts
        self._run = run
        self._share = Share(number, len(hosts))
        self.folder = run.folder / self.host
        """All that is the instance's."""
        self.root = self.folder / "ml"
        self.message = self.root / "output" / "message"
        self._hosts_file = self.folder / "hosts"

    @property
    def sandbox(self) -> Sandbox:
        """What a process sees of this machine here."""
        files = {str(ETC_HOSTS): self._hosts_file}
        return Sandbox(self.root, self.host, files, is_isolated(self._run.job))

    @property
    def volume(self) -> Volume:
        """The disk that the job has here."""
        cluster = self._run.job["ProcessingResources"]["ClusterConfig"]
        return Volume(self.root, cluster["VolumeSizeInGB"])

    def local(self, path: str) -> Path:
        """Return the folder that the container knows as *path*."""
        return self.root / PurePosixPath(path).relative_to(OPT_ML)

    def lay_out(self) -> None:
        """Make the folders, write the configuration, fetch the inputs."""
        job = self._run.job
        (self.root / "processing").mkdir(parents=True)
        self.message.parent.mkdir()
        self._hosts_file.write_text(hosts_file(self.hosts))
        self._write("processingjobconfig", configuration(job))
        self._write("resourceconfig", {"current_host": self.host, "hosts": self.hosts})
        for item in outputs_of(job):
            self.local(item["S3Output"]["LocalPath"]).mkdir(parents=True, exist_ok=True)
        for item in inputs_of(job):
            folder = self.local(item["S3Input"]["LocalPath"])
            fetch(source_of(item["S3Input"]), self._run.role, folder, self._share)

    def _write(self, name: str, members: Json) -> None:
        file = self.root / "config" / f"{name}.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(members), encoding="utf-8")


def configuration(job: Record) -> Record:
    """Describe the job to itself, what was not given as null.

    https://docs.aws.amazon.com/sagemaker/latest/dg/build-your-own-processing-container.html
    """
    specification = {"ContainerEntrypoint": None, "ContainerArguments": None}
    cluster = {"VolumeKmsKeyId": None, **job["ProcessingResources"]["ClusterConfig"]}
    outputs: Record = {"Outputs": [], "KmsKeyId": None}
    return {
        "Environment": {},
        "ProcessingInputs": [],
        **{name: job[name] for name in CONFIGURATION if name in job},
        "AppSpecification": {**specification, **job["AppSpecification"]},
        "ProcessingOutputConfig": {**outputs, **job.get("ProcessingOutputConfig", {})},
        "ProcessingResources": {"ClusterConfig": cluster},
    }
