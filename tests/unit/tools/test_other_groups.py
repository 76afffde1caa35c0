"""Which groups of algorithms a change touches, in a repository of its own."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tools.other_groups import changed_paths, every_path, groups_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with algorithms of three groups, committed long ago."""
    git(tmp_path, "init", "--quiet")
    for folder, group in (
        ("algorithms/trees", "everyday"),
        ("algorithms/nets", "tensorflow"),
        ("algorithms/pages", "paddle"),
        ("containers/faces", "onnx"),
    ):
        write(tmp_path / folder / "checks.yaml", f"environment: {group}\n")
    write(tmp_path / "algorithms/gone/checks.yaml", "untried: its framework is\n")
    commit(tmp_path, NOW - timedelta(days=30))
    return tmp_path


def test_all_groups_but_those_of_make_test(checkout: Path) -> None:
    assert groups_of(every_path(checkout), checkout) == ["onnx", "paddle", "tensorflow"]


def test_a_day_of_commits_is_the_change_of_a_plain_clone(checkout: Path) -> None:
    write(checkout / "algorithms/pages/train.py", "old\n")
    commit(checkout, NOW - timedelta(hours=25))
    write(checkout / "algorithms/nets/smoke/x.json", "new\n")
    commit(checkout, NOW - timedelta(hours=23))
    write(checkout / "README.md", "newest\n")
    commit(checkout, NOW)

    paths = changed_paths(root=checkout)

    assert set(paths) == {"algorithms/nets/smoke/x.json", "README.md"}
    assert groups_of(paths, checkout) == ["tensorflow"]


def test_a_base_is_what_the_change_begins_at(checkout: Path) -> None:
    [base] = git(checkout, "rev-parse", "HEAD")
    write(checkout / "containers/faces/Dockerfile", "FROM base\n")
    commit(checkout, NOW - timedelta(days=20))
    write(checkout / "algorithms/trees/train.py", "x\n")
    commit(checkout, NOW)

    assert groups_of(changed_paths(base, checkout), checkout) == ["onnx"]


def test_an_algorithm_that_was_removed_has_no_group() -> None:
    assert groups_of(["algorithms/never_there/train.py", "algorithms/algorithm.schema.json"]) == []


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def commit(root: Path, at: datetime) -> None:
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message=x", at=at)


def git(root: Path, *words: str, at: datetime = NOW) -> list[str]:
    time = at.isoformat()
    done = subprocess.run(
        ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *words],
        cwd=root,
        env={"GIT_COMMITTER_DATE": time, "GIT_AUTHOR_DATE": time, "GIT_CONFIG_GLOBAL": "/dev/null"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_a_change_of_what_containers_are_built_on_touches_all_of_them(checkout: Path) -> None:
    assert groups_of(["containers/base/Dockerfile"], checkout) == ["onnx"]
    assert groups_of(["containers/baseline/Dockerfile"], checkout) == []
