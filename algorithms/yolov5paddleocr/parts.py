"""The two models that are put together, as other runs left them."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path, PurePosixPath

ARCHIVE = "model.tar.gz"
DETECTOR = "detector.pt"
RECOGNISER = "recogniser.onnx"
# What a run of yolov5 or of centernet calls its program; the first that is there is meant.
_PROGRAMS = (DETECTOR, "best.pt")


class DataError(Exception):
    """The data cannot be used; the message is one sentence that says where and why."""


def take_detector(folder: Path) -> None:
    """Put the detector of the channel `detector` into *folder*."""
    given = Path(os.environ["SM_CHANNEL_DETECTOR"])
    if not _take(given, _PROGRAMS, folder / DETECTOR):
        raise DataError(
            f"The channel 'detector' has neither {ARCHIVE} of a run of centernet or yolov5 nor "
            f"{' nor '.join(_PROGRAMS)}."
        )


def take_recogniser(folder: Path) -> None:
    """Put the recogniser of the channel `recogniser` into *folder*, if there is one."""
    given = os.environ.get("SM_CHANNEL_RECOGNISER")
    if given and not _take(Path(given), (RECOGNISER,), folder / RECOGNISER):
        raise DataError(
            f"The channel 'recogniser' has neither {ARCHIVE} of a run of paddleocr that trained "
            f"nor {RECOGNISER}."
        )


def _take(given: Path, names: tuple[str, ...], place: Path) -> bool:
    for name in names:
        if (given / name).is_file():
            place.write_bytes((given / name).read_bytes())
            return True
    archive = given / ARCHIVE
    return archive.is_file() and _unpack(archive, names, place)


def _unpack(archive: Path, names: tuple[str, ...], place: Path) -> bool:
    """Write the first of *names* that is in *archive*, in whichever folder, to *place*."""
    try:
        with tarfile.open(archive) as tar:
            members = {PurePosixPath(m.name).name: m for m in tar.getmembers() if m.isfile()}
            found = next((members[name] for name in names if name in members), None)
            stream = tar.extractfile(found) if found else None
            if stream is None:
                return False
            place.write_bytes(stream.read())
    except (tarfile.TarError, EOFError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise DataError(f"{archive.parent.name}/{archive.name} cannot be read: {reason}") from error
    return True
