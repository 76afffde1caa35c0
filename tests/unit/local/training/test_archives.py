"""Archives: what is in them stays in its folder, and what would not is not unpacked at all."""

import gzip
import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from trainwright_local.sagemaker.archives import GIB, UnsafeArchiveError, extract, pack

MIB = 1024 * 1024


def a_member(name: str, **members: Any) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    for key, value in members.items():
        setattr(member, key, value)
    return member


def an_archive(folder: Path, *members: tarfile.TarInfo) -> Path:
    """An archive of a good file and *members*."""
    archive = folder / "archive.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.addfile(a_member("good.txt"), io.BytesIO())
        for member in members:
            tar.addfile(member, io.BytesIO())
    return archive


@pytest.mark.parametrize(
    "member",
    [
        a_member("../outside"),
        a_member("code/../../outside"),
        a_member("/etc/outside"),
        a_member("link", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        a_member("link", type=tarfile.SYMTYPE, linkname="../outside"),
        a_member("link", type=tarfile.LNKTYPE, linkname="../../etc/passwd"),
        a_member("tty", type=tarfile.CHRTYPE),
        a_member("disk", type=tarfile.BLKTYPE),
        a_member("pipe", type=tarfile.FIFOTYPE),
    ],
    ids=lambda member: f"{member.name} {member.linkname}",
)
def test_what_would_leave_its_folder_is_refused_before_anything_is_unpacked(
    tmp_path: Path, member: tarfile.TarInfo
) -> None:
    folder = tmp_path / "code"
    folder.mkdir()

    with pytest.raises(UnsafeArchiveError):
        extract(an_archive(tmp_path, member), folder)

    assert list(folder.iterdir()) == []


def test_a_link_that_stays_inside_is_unpacked(tmp_path: Path) -> None:
    link = a_member("link", type=tarfile.SYMTYPE, linkname="good.txt")

    extract(an_archive(tmp_path, link), tmp_path / "code")

    assert (tmp_path / "code" / "link").resolve() == tmp_path / "code" / "good.txt"


def test_a_bomb_is_refused_by_what_it_says_of_itself(tmp_path: Path) -> None:
    archive = tmp_path / "bomb.tar.gz"
    with gzip.open(archive, "wb", compresslevel=1) as unpacked:
        unpacked.write(a_member("zeros", size=GIB + 1).tobuf())
        unpacked.write(bytes(MIB))

    with pytest.raises(UnsafeArchiveError, match="unpacks to more than it may"):
        extract(archive, tmp_path / "code")


def test_a_header_that_claims_to_be_endless_is_not_read(tmp_path: Path) -> None:
    archive = tmp_path / "bomb.tar.gz"
    with gzip.open(archive, "wb", compresslevel=1) as unpacked:
        unpacked.write(a_member("x", size=GIB, type=tarfile.GNUTYPE_LONGNAME).tobuf())
        unpacked.write(bytes(MIB))

    with pytest.raises(UnsafeArchiveError, match="header of the archive is too long"):
        extract(archive, tmp_path / "code")


def test_an_archive_may_not_take_more_than_it_was_given(tmp_path: Path) -> None:
    archive = tmp_path / "large.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.addfile(a_member("large", size=MIB), io.BytesIO(bytes(MIB)))

    with pytest.raises(UnsafeArchiveError, match="unpacks to more than it may"):
        extract(archive, tmp_path / "code", most_bytes=MIB - 1)

    extract(archive, tmp_path / "code", most_bytes=MIB)


def test_a_packed_folder_has_no_folder_of_its_own(tmp_path: Path) -> None:
    model = tmp_path / "model"
    (model / "code").mkdir(parents=True)
    (model / "code" / "inference.py").write_text("pass")
    (model / "weights.bin").write_bytes(b"1")

    pack(tmp_path / "model.tar.gz", model)

    with tarfile.open(tmp_path / "model.tar.gz") as tar:
        assert tar.getnames() == ["code", "code/inference.py", "weights.bin"]


def test_folders_are_packed_together_and_the_first_of_two_names_stays(tmp_path: Path) -> None:
    for host in ("algo-1", "algo-2"):
        (tmp_path / host / "shards").mkdir(parents=True)
        (tmp_path / host / "shards" / host).write_text(host)
        (tmp_path / host / "same").write_text(host)

    pack(tmp_path / "model.tar.gz", tmp_path / "algo-1", tmp_path / "algo-2")

    with tarfile.open(tmp_path / "model.tar.gz") as tar:
        assert tar.getnames() == ["same", "shards", "shards/algo-1", "shards/algo-2"]
        same = tar.extractfile("same")
        assert same is not None
        assert same.read() == b"algo-1"
