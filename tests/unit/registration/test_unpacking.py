"""Packages that somebody made by hand, by mistake or with intent."""

import gzip
import io
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainwright.logic import unpacking
from trainwright.logic.packaging import archive
from trainwright.logic.unpacking import unpack
from trainwright.models.message import Problem


def a_tar(*members: tarfile.TarInfo, content: bytes = b"x") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for member in members:
            if member.isreg():
                member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def a_member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def problems_of(body: bytes) -> list[str]:
    problems: list[Problem] = []
    unpack(body, problems)
    return [str(problem) for problem in problems]


def test_an_archive_made_with_tar_in_the_folder_is_fine() -> None:
    problems: list[Problem] = []
    body = a_tar(
        a_member(".", tarfile.DIRTYPE),
        a_member("./smoke", tarfile.DIRTYPE),
        a_member("./smoke/rows.csv"),
    )

    assert unpack(body, problems) == {"smoke/rows.csv": b"x"}
    assert problems == []


@pytest.mark.parametrize("path", ["../train.py", "a/../../b", "/etc/passwd", "a\\..\\b"])
def test_a_path_that_leaves_the_folder_is_refused(path: str) -> None:
    assert problems_of(a_tar(a_member(path))) == [
        f"{path}: must be a path inside the folder, is {path!r}"
    ]


@pytest.mark.parametrize(
    "member",
    [
        a_member("x", tarfile.SYMTYPE, "/etc/passwd"),
        a_member("x", tarfile.LNKTYPE, "train.py"),
        a_member("x", tarfile.CHRTYPE),
        a_member("x", tarfile.BLKTYPE),
        a_member("x", tarfile.FIFOTYPE),
    ],
)
def test_links_and_devices_are_refused(member: tarfile.TarInfo) -> None:
    assert problems_of(a_tar(member)) == [
        "x: is a link, a device or sparse; a package has only plain files"
    ]


def test_a_sparse_file_is_refused_before_its_zeros_are_made() -> None:
    member = a_member("x")
    member.pax_headers = {
        "GNU.sparse.major": "0",
        "GNU.sparse.minor": "1",
        "GNU.sparse.map": "0,1",
        "GNU.sparse.size": str(10**13),
        "GNU.sparse.numblocks": "1",
    }

    assert problems_of(a_tar(member)) == [
        "x: is a link, a device or sparse; a package has only plain files"
    ]


def test_a_file_that_is_there_twice_is_refused() -> None:
    assert problems_of(a_tar(a_member("a"), a_member("./a"))) == ["a: is in the package twice"]


def test_a_bomb_is_refused_without_being_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_UNPACKED_BYTES", 1_000_000)
    bomb = a_tar(a_member("zeros"), content=bytes(3_000_000))

    assert len(bomb) < 10_000
    assert problems_of(bomb) == ["package: is no sound tar.gz: it has more than 1 MB unpacked"]


def test_a_swarm_of_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_FILES", 3)

    assert problems_of(archive({str(n): b"" for n in range(4)})) == [
        "package: is no sound tar.gz: it has more than 3 files"
    ]


_SOUND = archive({"train.py": b"print()" * 100})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"PK\x03\x04 a zip file",
        _SOUND[:-20],
        gzip.compress(b"not a tar, but long enough to be taken for a header" * 20),
        gzip.compress(gzip.decompress(_SOUND)[:700]),
    ],
    ids=["empty", "zip", "cut", "no tar", "cut inside"],
)
def test_what_is_no_archive_is_one_problem(body: bytes) -> None:
    (problem,) = problems_of(body)

    assert problem.startswith("package: is no sound tar.gz: ")


@given(st.data())
def test_a_flipped_bit_anywhere_is_a_problem_or_harmless_but_never_a_crash(
    data: st.DataObject,
) -> None:
    tar = bytearray(gzip.decompress(archive({"train.py": b"print()", "b/c": b"", "é": b"1"})))
    for _ in range(data.draw(st.integers(1, 5))):
        position = data.draw(st.integers(0, len(tar) - 1))
        tar[position] = data.draw(st.integers(0, 255))

    problems_of(gzip.compress(bytes(tar)))
