"""One instance of a processing job: its folders, its configuration, its command."""

import json
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from trainwright_local.sagemaker.jobs.entrypoint import entry_words, named_here
from trainwright_local.sagemaker.jobs.inputs import Share, fetch, source_of
from trainwright_local.sagemaker.jobs.instances import ETC_HOSTS, Command, hosts_file
from trainwright_local.sagemaker.jobs.interpreter import variables
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.jobs.sandbox import OPT_ML, Sandbox
from trainwright_local.sagemaker.jobs.usage import Volume
from trainwright_local.sagemaker.overlay import overlay, overlay_variables
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


class Container:
    """What a command finds on instance *number* of the *hosts*, and what it leaves there."""

    def __init__(self, run: Run, hosts: Sequence[str], number: int) -> None:
        self.host = hosts[number]
        self._run = run
        self._hosts = hosts
        self._share = Share(number, len(hosts))
        self.folder = run.folder / self.host
        """All that is the instance's."""
        self._opt_ml = self.folder / "ml"
        self._hosts_file = self.folder / "hosts"
        self._sandbox = Sandbox(
            self._opt_ml, self.host, {str(ETC_HOSTS): self._hosts_file}, is_isolated(run.job)
        )
        self.message = self._opt_ml / "output" / "message"

    def local(self, path: str) -> Path:
        """Return the folder that the container knows as *path*."""
        return self._opt_ml / PurePosixPath(path).relative_to(OPT_ML)

    def lay_out(self) -> None:
        """Make the folders, write the configuration, fetch the inputs."""
        job = self._run.job
        (self._opt_ml / "processing").mkdir(parents=True)
        self.message.parent.mkdir()
        self._hosts_file.write_text(hosts_file(self._hosts))
        self._write("processingjobconfig", configuration(job))
        self._write("resourceconfig", {"current_host": self.host, "hosts": self._hosts})
        for item in outputs_of(job):
            self.local(item["S3Output"]["LocalPath"]).mkdir(parents=True, exist_ok=True)
        for item in inputs_of(job):
            folder = self.local(item["S3Input"]["LocalPath"])
            fetch(source_of(item["S3Input"]), self._run.role, folder, self._share)

    def command(self, python: Path) -> Command:
        """Return what runs the job's command here, with an environment on top of *python*'s."""
        job, base = self._run.job, self._sandbox.base
        own = overlay(python, self.folder / "venv")
        env = overlay_variables(own, variables(self._run, python, self.folder / "home", {}))
        if is_isolated(job):
            # As on AWS: credentials are of no use without a network.
            env = {key: env[key] for key in env.keys() - self._run.role.variables().keys()}
        given = {key: named_here(env[key], base) for key in env.keys() & job.get("Environment", {})}
        return Command(
            self.host,
            entry_words(job["AppSpecification"], own, base),
            {**env, **given},
            self._opt_ml / "processing",
            sandbox=self._sandbox,
            volume=Volume(
                self._opt_ml, job["ProcessingResources"]["ClusterConfig"]["VolumeSizeInGB"]
            ),
        )

    def _write(self, name: str, members: Json) -> None:
        file = self._opt_ml / "config" / f"{name}.json"
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
