"""Packing a folder: the same bytes every time, and only what belongs to the algorithm."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainwright.errors import InvalidRequestError
from trainwright.logic import packaging
from trainwright.logic.packaging import archive, pack, version_of
from trainwright.logic.unpacking import unpack


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "median"
    (root / "smoke").mkdir(parents=True)
    (root / "algorithm.yaml").write_text("name: median\n")
    (root / "smoke/rows.csv").write_text("1,2\n")
    return root


def test_the_same_content_packs_to_the_same_bytes(folder: Path) -> None:
    first = pack(folder)
    os.utime(folder / "algorithm.yaml", (0, 0))
    (folder / "smoke/rows.csv").chmod(0o600)

    assert pack(folder) == first
    assert first.name == "median"


def test_a_changed_byte_is_another_version(folder: Path) -> None:
    first = pack(folder)
    (folder / "smoke/rows.csv").write_text("1,3\n")

    assert pack(folder).version != first.version


def test_hidden_files_and_byproducts_stay_at_home(folder: Path) -> None:
    first = pack(folder)
    for name in (".env", ".git/config", "__pycache__/train.cpython-313.pyc", "train.py~"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x")

    assert pack(folder) == first


def test_what_explains_and_tests_an_algorithm_makes_no_new_version(folder: Path) -> None:
    first = pack(folder)
    about = ("README.md", "checks.yaml", "picture.py", "sample.py", "sample_requirements.txt")
    for name in (*about, "sample/train/data.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")

    assert pack(folder) == first

    (folder / "smoke/README.md").write_text("x")
    assert pack(folder) != first


def test_a_link_is_refused_and_not_followed(folder: Path) -> None:
    (folder / "secrets").symlink_to("/etc")

    with pytest.raises(InvalidRequestError, match="secrets is a link or a device"):
        pack(folder)


def test_a_pipe_is_refused_and_not_read(folder: Path) -> None:
    os.mkfifo(folder / "pipe")

    with pytest.raises(InvalidRequestError, match="pipe is a link or a device"):
        pack(folder)


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError, match="nowhere is no folder"):
        pack(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("limit", "sentence"),
    [
        ("MAX_FILES", "has 2 files; 1 are the most"),
        ("MAX_UNPACKED_BYTES", "is too big for a package: 0.0 MB"),
        ("MAX_PACKED_BYTES", "is too big for a package: 0.0 MB"),
    ],
)
def test_a_folder_beyond_the_limits_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, limit: str, sentence: str
) -> None:
    monkeypatch.setattr(packaging, limit, 1)

    with pytest.raises(InvalidRequestError, match=sentence):
        pack(folder)


_PATHS = st.from_regex(r"[a-zé][a-z0-9é ]{0,8}(/[a-z0-9]{1,8}){0,2}", fullmatch=True)


@given(st.dictionaries(_PATHS, st.binary(max_size=200), max_size=8))
def test_what_was_packed_comes_out_again(files: dict[str, bytes]) -> None:
    problems: list[object] = []

    assert unpack(archive(files), problems) == files  # type: ignore[arg-type]
    assert problems == []


@given(st.dictionaries(_PATHS, st.binary(max_size=20), min_size=1, max_size=5))
def test_the_version_does_not_depend_on_the_order_of_the_files(files: dict[str, bytes]) -> None:
    assert version_of(dict(reversed(files.items()))) == version_of(files)


def test_moving_a_byte_from_a_name_into_the_content_is_another_version() -> None:
    assert version_of({"ab": b"c"}) != version_of({"a": b"bc"})
