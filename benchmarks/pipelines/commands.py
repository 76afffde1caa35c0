"""Commands of others, timed as a whole: from the start of the process to its end."""

import os
import resource
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.bench import ROOT
from trainwright_local.cloud.record import CloudInfo

PEERS = Path(__file__).parent / "peers"
BENCH = "bench"
"""What each resource is called that others need."""
_LAST = 2000


class CommandError(Exception):
    """A command failed; the message ends with what it said last."""


class Timed(NamedTuple):
    """What a command took: seconds by the clock, and of the processors, its children's included."""

    seconds: float
    processor_seconds: float
    output: str


def timed(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Timed:
    """Run *command* in *folder* to its good end."""
    before, started = _processor_seconds(), time.perf_counter()
    done = subprocess.run(
        command,
        cwd=folder,
        env={"HOME": str(folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds, worked = time.perf_counter() - started, _processor_seconds() - before
    if done.returncode:
        raise CommandError(f"{' '.join(command)}: {(done.stdout + done.stderr)[-_LAST:]}")
    return Timed(seconds, worked, done.stdout)


def python_of(environment: str) -> str:
    """Give the interpreter of an environment, such as `.kfp`."""
    return str(ROOT / environment / "bin" / "python")


def for_metaflow(folder: Path, cloud: CloudInfo | None = None) -> dict[str, str]:
    """Give the settings of Metaflow: everything below *folder*, and S3 in *cloud*."""
    settings = {
        "METAFLOW_USER": "bench",
        "METAFLOW_HOME": str(folder / "home"),
        "METAFLOW_DATASTORE_SYSROOT_LOCAL": str(folder / "store"),
        "METAFLOW_DEFAULT_METADATA": "local",
    }
    if cloud is None:
        return settings
    role = "arn:aws:iam::123456789012:role/bench"
    return settings | {
        **cloud.environment(),
        "METAFLOW_S3_ENDPOINT_URL": cloud.endpoint_url,
        "METAFLOW_DATASTORE_SYSROOT_S3": f"s3://{BENCH}/metaflow",
        "METAFLOW_SFN_IAM_ROLE": role,
        "METAFLOW_ECS_S3_ACCESS_IAM_ROLE": role,
        "METAFLOW_ECS_FARGATE_EXECUTION_ROLE": role,
        "METAFLOW_BATCH_JOB_QUEUE": BENCH,
        "METAFLOW_SFN_DYNAMO_DB_TABLE": BENCH,
    }


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
