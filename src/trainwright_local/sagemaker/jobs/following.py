"""A folder of a job whose files follow in S3 while they are being written."""

import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path

from botocore.exceptions import BotoCoreError
from botocore.exceptions import ClientError as AwsError

from trainwright_local.sagemaker.jobs.failures import ClientError, worded
from trainwright_local.sagemaker.jobs.repeated import Repeated
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.storage import S3Uri, upload

INTERVAL_SECONDS = 0.5
"""A file is sent when it has been the same twice."""

type Signature = tuple[int, int, int]
"""What changes when a file does: its number on the disk, its size, its time."""


class Following:
    """Sends what appears and changes below *folder* to *uri*; `watch` it, then `close` it.

    *scratch* is the name of a file that may be written.
    """

    what = "Artifact"
    """What a failure calls it."""

    def __init__(self, role: Role, uri: S3Uri, folder: Path, scratch: Path) -> None:
        self.role = role
        self.uri = uri
        self.folder = folder
        self._copy = scratch
        self._sent: dict[str, Signature] = {}
        self._seen: dict[str, Signature] = {}
        self._error: ClientError | None = None
        self._repeated: Repeated | None = None

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
                if self._sent.get(name) == signature:
                    continue
                if at_rest:
                    self._send(name, signature, self.folder / name)
                elif self._seen.get(name) == signature and self._is_copied(name, signature):
                    self._send(name, signature, self._copy)
            for name in self._sent.keys() - now.keys():
                self.forget(name)
                del self._sent[name]
        except AwsError as error:
            self._error = ClientError(f"{self.what} upload failed:{worded(error)}: {self.uri}")
        except (BotoCoreError, OSError) as error:
            self._error = ClientError(f"{self.what} upload failed:{error}: {self.uri}")
        self._seen = now

    def forget(self, name: str) -> None:
        """Do what follows from the end of a file that was sent: nothing, its object stays."""

    def know_all(self) -> None:
        """Take what is in the folder for sent."""
        self._sent = self._seen = self._signatures()

    def _is_copied(self, name: str, signature: Signature) -> bool:
        """Make a copy; it is known to be whole if the file was the same before and after."""
        try:
            shutil.copyfile(self.folder / name, self._copy)
            return _signature(self.folder / name) == signature
        except FileNotFoundError:
            return False

    def _send(self, name: str, signature: Signature, file: Path) -> None:
        upload(self.role.s3, file, self.uri.below(name))
        self._sent[name] = signature

    def _signatures(self) -> dict[str, Signature]:
        found = {}
        for path, _, names in os.walk(self.folder):
            for name in names:
                file = Path(path, name)
                with suppress(FileNotFoundError):  # it was renamed or deleted a moment ago
                    if stat.S_ISREG(file.stat().st_mode):
                        found[file.relative_to(self.folder).as_posix()] = _signature(file)
        return found


def _signature(file: Path) -> Signature:
    status = file.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns
