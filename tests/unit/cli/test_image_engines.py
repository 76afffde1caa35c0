"""What engines are told, and what they say."""

import stat
from pathlib import Path

import pytest

from trainwright_cli.errors import CliError
from trainwright_cli.images.engines import Build, Engine, engine_named, steps

BUILD = Build(
    context=Path("/context"),
    tag="shop-faces:1-gpu",
    platform="linux/amd64",
    arguments={"BASE_IMAGE": "shop-base:1-gpu"},
    secrets={"pip": Path("/home/me/pip.conf")},
    labels={"trainwright.container": "faces"},
)


@pytest.mark.parametrize(
    ("program", "particular"),
    [
        ("docker", ["--progress", "plain"]),
        ("podman", ["--format", "docker"]),
        ("buildah", ["--format", "docker"]),
    ],
)
def test_an_engine_is_told_all_and_the_format_that_sagemaker_takes(
    program: str, particular: list[str]
) -> None:
    words = Engine(program).build_command(BUILD)

    assert words == [
        *(program, "build", "--platform", "linux/amd64", "--tag", "shop-faces:1-gpu"),
        *particular,
        *("--build-arg", "BASE_IMAGE=shop-base:1-gpu"),
        *("--label", "trainwright.container=faces"),
        *("--secret", "id=pip,src=/home/me/pip.conf"),
        "/context",
    ]


def test_a_push_says_the_format_and_that_loopback_has_no_tls() -> None:
    tag = "127.0.0.1:5000/x:1"

    assert Engine("docker").push_command(tag, plain_http=True) == ["docker", "push", tag]
    assert Engine("podman").push_command(tag, plain_http=False) == [
        *("podman", "push", "--format", "v2s2", tag)
    ]
    assert "--tls-verify=false" in Engine("buildah").push_command(tag, plain_http=True)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("STEP 3/12: RUN pip install\n", [(3, 12)]),
        ("#8 [ 3/9] RUN pip install\n", []),
        ("#8 [3/9] RUN pip install\n", [(3, 9)]),
        ("#8 [stage-1 3/9] RUN pip install\n", [(3, 9)]),
        ("Collecting uvicorn\n", []),
    ],
)
def test_a_line_of_an_engine_says_how_far_it_is(line: str, found: list[tuple[int, int]]) -> None:
    assert list(steps(line)) == found


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is all of the PATH but for a shell."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "sh").symlink_to("/bin/sh")
    monkeypatch.setenv("PATH", str(folder))
    return folder


def put(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_the_first_engine_that_answers_is_taken(on_path: Path) -> None:
    put(on_path, "docker", "exit 1")
    put(on_path, "buildah", "exit 0")

    assert engine_named(None) == Engine("buildah")


def test_without_an_engine_it_is_said_what_to_do(on_path: Path) -> None:
    with pytest.raises(CliError, match=r"podman or buildah does not answer.* --engine none"):
        engine_named(None)
    with pytest.raises(CliError, match="podman does not answer"):
        engine_named("podman")


def test_a_build_reports_its_steps(on_path: Path) -> None:
    put(on_path, "podman", 'echo "STEP 1/2: FROM x"; echo "STEP 2/2: RUN y"')
    seen: list[tuple[int, int]] = []

    Engine("podman").build(BUILD, lambda *step: seen.append(step))

    assert seen == [(1, 2), (2, 2)]


def test_a_build_that_fails_shows_the_end_of_what_the_engine_said(on_path: Path) -> None:
    put(on_path, "podman", 'echo "STEP 1/2: FROM x"; echo "no such image" >&2; exit 125')

    with pytest.raises(CliError, match=r"shop-faces:1-gpu cannot be built(?s:.*)no such image"):
        Engine("podman").build(BUILD, lambda *_: None)
