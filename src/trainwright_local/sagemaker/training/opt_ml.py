"""The folder that a training script knows as `/opt/ml`."""

import json
from collections.abc import Sequence
from pathlib import Path

from trainwright_local.sagemaker.jobs.inputs import Share
from trainwright_local.sagemaker.jobs.instances import ETC_HOSTS, hosts_file, resource_config
from trainwright_local.sagemaker.jobs.sandbox import Sandbox
from trainwright_local.sagemaker.jobs.usage import Volume
from trainwright_local.sagemaker.store import Json, Record

DEFAULT_GIGABYTES = 30


class OptMl:
    """The paths below `/opt/ml` of one instance of a job, and what is beside it."""

    def __init__(self, folder: Path, host: str, hosts: Sequence[str]) -> None:
        self.host = host
        self.hosts = hosts
        self.home = folder / "home"
        self.hosts_file = folder / "hosts"
        self.root = root = folder / "ml"
        self.code = root / "code"
        self.model = root / "model"
        self.output = root / "output"
        self.output_data = root / "output" / "data"
        self.failure = root / "output" / "failure"

    def channel(self, name: str) -> Path:
        """Return the folder of a channel's files."""
        return self.root / "input" / "data" / name

    def lay_out(self, job: Record) -> None:
        """Make the folders and write the configuration of *job*."""
        for folder in (self.code, self.model, self.output_data, self.root / "input" / "config"):
            folder.mkdir(parents=True)
        self._write("hyperparameters", job.get("HyperParameters", {}))
        instance_type = job["ResourceConfig"]["InstanceType"]
        self._write("resourceconfig", resource_config(instance_type, self.host, self.hosts))
        self._write("inputdataconfig", input_data_config(job.get("InputDataConfig", [])))
        self.hosts_file.write_text(hosts_file(self.hosts))

    def sandbox(self, job: Record) -> Sandbox:
        """Return what the process of *job* sees of this machine here.

        Instances that are isolated together would be alone: they keep the network to talk.
        """
        alone = job["EnableNetworkIsolation"] and len(self.hosts) == 1
        return Sandbox(self.root, self.host, {str(ETC_HOSTS): self.hosts_file}, alone)

    def volume(self, job: Record) -> Volume:
        """Return the disk that *job* has here."""
        return Volume(self.root, job["ResourceConfig"].get("VolumeSizeInGB", DEFAULT_GIGABYTES))

    @property
    def share(self) -> Share:
        """Which share of sharded data is the instance's."""
        return Share(self.hosts.index(self.host), len(self.hosts))

    def _write(self, name: str, members: Json) -> None:
        file = self.root / "input" / "config" / f"{name}.json"
        file.write_text(json.dumps(members), encoding="utf-8")


def input_data_config(channels: list[Record]) -> Record:
    """Describe the channels, as `inputdataconfig.json` does."""
    return {channel["ChannelName"]: _described(channel) for channel in channels}


def _described(channel: Record) -> Record:
    source = channel["DataSource"]["S3DataSource"]
    described = {
        # A channel in FastFile mode is downloaded too: a script sees the same files either way.
        "TrainingInputMode": "File",
        "S3DistributionType": source.get("S3DataDistributionType", "FullyReplicated"),
        "RecordWrapperType": channel.get("RecordWrapperType", "None"),
    }
    if "ContentType" in channel:
        described["ContentType"] = channel["ContentType"]
    return described
