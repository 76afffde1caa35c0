"""Checkpoints: a folder of the job and a prefix in S3 that are kept alike.

What is in S3 when the job starts is put into the folder; what the job writes, changes or deletes
there follows in S3 while it runs. See
https://docs.aws.amazon.com/sagemaker/latest/dg/model-checkpoints.html
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePosixPath

from botocore.exceptions import BotoCoreError
from botocore.exceptions import ClientError as AwsError

from trainwright_local.sagemaker.jobs.failures import ClientError, worded
from trainwright_local.sagemaker.jobs.following import Following
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.jobs.sandbox import OPT_ML
from trainwright_local.sagemaker.storage import S3Uri, UnsafeKeyError, download_prefix
from trainwright_local.sagemaker.training.opt_ml import OptMl

DEFAULT_PATH = f"{OPT_ML}/checkpoints"
RESERVED = ((), ("code",), ("input",), ("model",), ("output",))


def checkpoints_of(run: Run, hosts: Sequence[OptMl]) -> list["Checkpoints"]:
    """Return what keeps the checkpoints of each of *hosts*; nothing if the job wants none kept."""
    config = run.job.get("CheckpointConfig")
    if not config:
        return []
    uri, folder = S3Uri.parse(config["S3Uri"]), local_folder(config.get("LocalPath", DEFAULT_PATH))
    return [
        Checkpoints(run.role, uri, opt_ml.root / folder, opt_ml.home.with_name("checkpoint"))
        for opt_ml in hosts
    ]


@contextmanager
def watched(run: Run, checkpoints: Sequence["Checkpoints"]) -> Iterator[None]:
    """Follow the folders as long as this lasts, and send what is left when it ends."""
    for kept in checkpoints:
        kept.watch()
    try:
        yield
    finally:
        for kept in () if run.is_abandoned else checkpoints:
            kept.close()


class Checkpoints(Following):
    """Keeps the objects below a prefix as the files below a folder are."""

    what = "Checkpoint"

    def restore(self) -> None:
        """Put what is in S3 into the folder; that there is nothing is the usual beginning."""
        self.folder.mkdir(parents=True, exist_ok=True)
        prefix = S3Uri(self.uri.bucket, f"{self.uri.key.rstrip('/')}/".lstrip("/"))
        try:
            download_prefix(self.role.s3, prefix, self.folder)
        except AwsError as error:
            raise ClientError(f"Checkpoint download failed:{worded(error)}: {prefix}") from error
        except (BotoCoreError, UnsafeKeyError, OSError) as error:
            raise ClientError(f"Checkpoint download failed:{error}: {prefix}") from error
        self.know_all()

    def forget(self, name: str) -> None:
        """Delete the object of a file that is gone."""
        place = self.uri.below(name)
        self.role.s3.delete_object(Bucket=place.bucket, Key=place.key)


def local_folder(local_path: str) -> PurePosixPath:
    """Return where below `/opt/ml` a job's *local_path* is; raises ValueError for elsewhere."""
    path = PurePosixPath(os.path.normpath(local_path))
    inside = path.relative_to(OPT_ML)
    if inside.parts[:1] in RESERVED:
        raise ValueError(f"{local_path} is kept for the platform")
    return inside
