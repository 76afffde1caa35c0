"""Code of others: fetched from a repository, pinned, packed with the folder's own files."""

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.unit.cli.conftest import Run
from tests.unit.registration.builders import a_manifest, a_package
from trainwright.errors import InvalidRequestError
from trainwright.logic.package_check import check_package
from trainwright.models.message import Problem
from trainwright.models.source import GitSource
from trainwright_cli import git_sources, packages

TRAIN = "print('theirs')\n"


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit on `main`, tagged `v1`."""
    folder = tmp_path / "theirs"
    (folder / "net").mkdir(parents=True)
    (folder / ".hidden").write_text("no")
    (folder / "train.py").write_text(TRAIN)
    (folder / "net" / "layers.py").write_text("width = 1\n")
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder)
    git(folder, "tag", "--annotate", "-m", "first", "v1")
    return folder


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    command = ["git", *who, *arguments]
    return subprocess.check_output(command, cwd=folder, text=True).strip()


def commit(folder: Path) -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "change")
    return head(folder)


def head(folder: Path) -> str:
    return git(folder, "rev-parse", "HEAD")


def source(repository: Path, ref: str, folder: str | None = None) -> GitSource:
    return GitSource(git=f"file://{repository}", ref=ref, folder=folder)


def algorithm(root: Path, repository: Path, ref: str, **changes: object) -> Path:
    """Write the algorithm `median`, whose training is the repository's."""
    manifest = a_manifest() | {"source": {"git": f"file://{repository}", "ref": ref}} | changes
    folder = root / "algorithms" / "median"
    for path, body in a_package(manifest, train_py=None).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(body)
    return folder


def test_the_files_of_a_commit_are_fetched_once(repository: Path) -> None:
    pinned = source(repository, head(repository))
    fetched = git_sources.fetch(pinned)
    repository.rename(repository.with_name("gone"))

    again = git_sources.fetch(pinned)

    assert fetched.files == {"train.py": TRAIN.encode(), "net/layers.py": b"width = 1\n"}
    assert again == fetched


def test_a_commit_that_no_branch_ends_at_is_found_too(repository: Path) -> None:
    first = head(repository)
    (repository / "train.py").write_text("print('later')\n")
    commit(repository)

    assert git_sources.fetch(source(repository, first)).files["train.py"] == TRAIN.encode()


@pytest.mark.parametrize("ref", ["main", "v1"])
def test_a_branch_and_a_tag_name_a_commit(repository: Path, ref: str) -> None:
    assert git_sources.fetch(source(repository, ref)).commit == head(repository)


def test_a_folder_of_it_is_enough(repository: Path) -> None:
    assert set(git_sources.fetch(source(repository, "v1", "net")).files) == {"layers.py"}


@pytest.mark.parametrize(
    ("ref", "folder", "sentence"),
    [
        ("v2", None, "has no branch or tag 'v2'"),
        ("0" * 40, None, f"git cannot fetch {'0' * 40} of file://"),
        ("v1", "nets", "has no files in 'nets' at v1"),
    ],
)
def test_what_is_not_there_is_named(
    repository: Path, ref: str, folder: str | None, sentence: str
) -> None:
    with pytest.raises(InvalidRequestError, match=sentence):
        git_sources.fetch(source(repository, ref, folder))


def test_a_package_is_the_folder_laid_over_the_repository(tmp_path: Path, repository: Path) -> None:
    folder = algorithm(tmp_path, repository, head(repository))
    (folder / "net").mkdir()
    (folder / "net" / "layers.py").write_text("width = 2\n")

    content = packages.read(folder)

    problems: list[Problem] = []
    check_package("median", content.files, "eu-west-1", problems)
    assert problems == []
    assert content.warnings == ()
    assert content.files["train.py"] == TRAIN.encode()
    assert content.files["net/layers.py"] == b"width = 2\n"
    assert json.loads(content.files["source.json"])["commit"] == head(repository)


def test_a_branch_is_a_warning_that_names_the_commit(
    tmp_path: Path, repository: Path, run: Run
) -> None:
    folder = algorithm(tmp_path, repository, "main")

    ended = run("algorithms", "validate", str(folder))

    assert ended.code == 0
    assert "✓ median" in ended.err
    assert f"'main' may change, today it is {head(repository)}; name that commit" in ended.err


def test_a_package_without_the_repositorys_files_is_refused() -> None:
    manifest = a_manifest() | {"source": {"git": "https://example.org/a.git", "ref": "v1"}}
    problems: list[Problem] = []

    check_package("median", a_package(manifest), "eu-west-1", problems)

    assert [str(problem) for problem in problems] == [
        "source: nothing of https://example.org/a.git is packed; `trainwright publish` does that"
    ]


@pytest.mark.parametrize("url", ["ext::sh -c id", "--upload-pack=id", "/etc", "git@host:a/b.git"])
def test_a_url_that_could_run_something_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="git"):
        GitSource.model_validate({"git": url, "ref": "v1"})


def test_a_licence_to_be_accepted_is_read_from_the_manifest(
    tmp_path: Path, repository: Path
) -> None:
    folder = algorithm(tmp_path, repository, "v1", licence="AGPL-3.0-only", opt_in=True)

    assert packages.read(folder).licence_to_accept() == "AGPL-3.0-only"
    (folder / "algorithm.yaml").write_text(yaml.safe_dump(a_manifest()))
    assert packages.read(folder).licence_to_accept() is None
