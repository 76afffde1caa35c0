"""Checkpoints: a folder of the job and a prefix in S3 that are kept alike.

What is in S3 when the job starts is put into the folder; what the job writes, changes or deletes
there follows in S3 while it runs. See
https://docs.aws.amazon.com/sagemaker/latest/dg/model-checkpoints.html
"""

import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from botocore.exceptions import BotoCoreError
from botocore.exceptions import ClientError as AwsError

from trainwright_local.sagemaker.jobs.failures import ClientError, worded
from trainwright_local.sagemaker.jobs.repeated import Repeated
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.jobs.sandbox import OPT_ML
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.storage import S3Uri, UnsafeKeyError, download_prefix, upload
from trainwright_local.sagemaker.training.opt_ml import OptMl

INTERVAL_SECONDS = 0.5
"""A file is sent when it has been the same twice."""

DEFAULT_PATH = f"{OPT_ML}/checkpoints"
RESERVED = ((), ("code",), ("input",), ("model",), ("output",))

type Signature = tuple[int, int, int]
"""What changes when a file does: its number on the disk, its size, its time."""


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


class Checkpoints:
    """Keeps the objects below *uri* as the files below *folder* are."""

    def __init__(self, role: Role, uri: S3Uri, folder: Path, scratch: Path) -> None:
        self._role = role
        self._uri = S3Uri(uri.bucket, f"{uri.key.rstrip('/')}/".lstrip("/"))
        self._folder = folder
        self._copy = scratch
        self._sent: dict[str, Signature] = {}
        self._seen: dict[str, Signature] = {}
        self._error: ClientError | None = None
        self._repeated: Repeated | None = None

    def restore(self) -> None:
        """Put what is in S3 into the folder; that there is nothing is the usual beginning."""
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            download_prefix(self._role.s3, self._uri, self._folder)
        except AwsError as error:
            raise ClientError(f"Checkpoint download failed:{worded(error)}: {self._uri}") from error
        except (BotoCoreError, UnsafeKeyError, OSError) as error:
            raise ClientError(f"Checkpoint download failed:{error}: {self._uri}") from error
        self._sent = self._seen = self._signatures()

    def watch(self) -> None:
        """Begin to follow the folder."""
        self._repeated = Repeated(self.follow, INTERVAL_SECONDS)

    def close(self) -> None:
        """Send what is left, now that nobody writes; raises ClientError if S3 refused anything."""
        if self._repeated is not None:
            self._repeated.close()
            self._repeated = None
        self.follow(at_rest=True)
        if self._error is not None:
            raise self._error

    def follow(self, *, at_rest: bool = False) -> None:
        """Send what has changed, but nothing that may still be being written unless *at_rest*."""
        if self._error is not None:
            return
        now = self._signatures()
        try:
            for name, signature in now.items():
                settled = at_rest or self._seen.get(name) == signature
                if settled and self._sent.get(name) != signature:
                    self._send(name, signature)
            for name in self._sent.keys() - now.keys():
                place = self._uri.below(name)
                self._role.s3.delete_object(Bucket=place.bucket, Key=place.key)
                del self._sent[name]
        except AwsError as error:
            self._error = ClientError(f"Checkpoint upload failed:{worded(error)}: {self._uri}")
        except BotoCoreError as error:
            self._error = ClientError(f"Checkpoint upload failed:{error}: {self._uri}")
        self._seen = now

    def _send(self, name: str, signature: Signature) -> None:
        """Send a copy that is known to be whole: the file was the same before and after."""
        file = self._folder / name
        try:
            shutil.copyfile(file, self._copy)
            if _signature(file) != signature:
                return
        except FileNotFoundError:
            return
        upload(self._role.s3, self._copy, self._uri.below(name))
        self._sent[name] = signature

    def _signatures(self) -> dict[str, Signature]:
        found = {}
        for path, _, names in os.walk(self._folder):
            for name in names:
                file = Path(path, name)
                with suppress(FileNotFoundError):  # it was renamed or deleted a moment ago
                    if stat.S_ISREG(file.stat().st_mode):
                        found[file.relative_to(self._folder).as_posix()] = _signature(file)
        return found


def local_folder(local_path: str) -> PurePosixPath:
    """Return where below `/opt/ml` a job's *local_path* is; raises ValueError for elsewhere."""
    path = PurePosixPath(os.path.normpath(local_path))
    inside = path.relative_to(OPT_ML)
    if inside.parts[:1] in RESERVED:
        raise ValueError(f"{local_path} is kept for the platform")
    return inside


def _signature(file: Path) -> Signature:
    status = file.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns
