"""`trainwright images`: from the checkout to a registry and to SSM."""

import json
import stat
from pathlib import Path

import boto3
import pytest
import urllib3

from tests.unit.cli.checkouts import make_checkout
from tests.unit.cli.conftest import Run
from tests.unit.cli.memory_registry import MemoryRegistry
from trainwright_cli.images import pushing
from trainwright_cli.images.building import Target
from trainwright_cli.images.engines import Engine
from trainwright_cli.images.folders import folder_of
from trainwright_cli.images.scripts import MANIFEST_TYPE

PODMAN = """#!/bin/sh
echo "$@" >> "$PODMAN_LOG"
case "$1" in
  build) echo "STEP 1/1: FROM x"; touch "$PODMAN_IMAGES/$(echo "$5" | tr -c 'a-z0-9\\n' _)" ;;
  image) [ -e "$PODMAN_IMAGES/$(echo "$3" | tr -c 'a-z0-9\\n' _)" ] ;;
esac
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = make_checkout(tmp_path / "checkout")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def podman(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An engine that remembers what it was told and which images it has built."""
    program = tmp_path / "bin" / "podman"
    images, log = tmp_path / "images", tmp_path / "log"
    program.parent.mkdir()
    images.mkdir()
    log.touch()
    program.write_text(PODMAN)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("PODMAN_LOG", str(log))
    monkeypatch.setenv("PODMAN_IMAGES", str(images))
    return log


@pytest.fixture
def ecr_takes_images(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let ECR know what an engine pushes: the tags, in their order."""
    pushed: list[str] = []

    def push(
        _ecr: pushing.Ecr, _engine: Engine | None, target: Target, repository: str, tag: str
    ) -> None:
        pushed.append(tag)
        manifest = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST_TYPE, "tag": target.tag})
        boto3.client("ecr").put_image(
            repositoryName=repository,
            imageManifest=manifest,
            imageManifestMediaType=MANIFEST_TYPE,
            imageTag=tag,
        )

    monkeypatch.setattr(pushing.Ecr, "push", push)
    return pushed


def built(log: Path) -> list[str]:
    """The images that the engine was told to build."""
    lines = log.read_text().splitlines()
    return [line.split()[4] for line in lines if line.startswith("build ")]


@pytest.mark.usefixtures("aws")
def test_scripts_go_to_a_registry_that_is_named_and_into_the_file(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = MemoryRegistry()
    monkeypatch.setattr(urllib3, "request", memory.request)

    ended = run(
        *("images", "push", "faces", "--engine", "none", "--registry", "127.0.0.1:5000"),
        *("--output", "images.json", "--json"),
    )

    assert ended.code == 0
    assert set(ended.json["faces"]) == {"cpu", "gpu"}
    assert json.loads((root / "images.json").read_text()) == ended.json
    assert boto3.client("ssm").describe_parameters()["Parameters"] == []


@pytest.mark.usefixtures("aws", "root")
def test_an_image_has_another_name_besides_which_follows_its_content(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = MemoryRegistry()
    monkeypatch.setattr(urllib3, "request", memory.request)
    words = ("images", "push", "faces", "--variant", "cpu", "--engine", "none")
    named = (*words, "--registry", "127.0.0.1:5000", "--as", "shop/churn:v-1.0")

    assert run(*named).code == 0
    before = memory.manifests["v-1.0"]
    assert before in [held for tag, held in memory.manifests.items() if tag != "v-1.0"]
    (root / "containers" / "faces" / "code" / "train.py").write_text("print('more')")
    assert run(*named).code == 0

    assert memory.manifests["v-1.0"] != before
    assert ("PUT", "/v2/shop/churn/manifests/v-1.0") in memory.asked


@pytest.mark.usefixtures("aws", "root")
@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("faces", "--as", "churn:1"), "names one image"),
        (("faces", "--variant", "cpu", "--as", "churn"), "REPOSITORY:TAG"),
        (("faces", "--variant", "cpu", "--as", "host:5000/churn:1"), "REPOSITORY:TAG"),
    ],
)
def test_another_name_is_of_one_image(run: Run, words: tuple[str, ...], complaint: str) -> None:
    ended = run("images", "push", *words, "--engine", "none", "--registry", "127.0.0.1:5000")

    assert ended.code == 2
    assert complaint in ended.err


@pytest.mark.usefixtures("aws", "root")
def test_what_is_missing_is_built_pushed_and_recorded_by_its_digest(
    run: Run, podman: Path, ecr_takes_images: list[str]
) -> None:
    ended = run("images", "push", "faces", "--engine", "podman", "--variant", "cpu")

    assert ended.code == 0, ended.err
    faces = folder_of(Path.cwd(), "faces")
    base = faces.base
    assert base
    assert built(podman) == [
        f"trainwright-base:{base.version}-cpu",
        f"trainwright-faces:{faces.version}-cpu",
    ]
    parameter = boto3.client("ssm").get_parameter(Name="/trainwright/images/faces/cpu")
    uri = parameter["Parameter"]["Value"]
    assert uri.startswith("123456789012.dkr.ecr.us-east-1.")
    assert "/trainwright-faces@sha256:" in uri
    assert uri in ended.err


@pytest.mark.usefixtures("aws", "root")
def test_what_is_there_is_neither_built_nor_pushed_again(
    run: Run, podman: Path, ecr_takes_images: list[str]
) -> None:
    run("images", "push", "faces", "--engine", "podman", "--variant", "cpu")
    before = list(ecr_takes_images), built(podman)

    assert run("images", "push", "faces", "--engine", "podman", "--variant", "cpu").code == 0
    assert (list(ecr_takes_images), built(podman)) == before


@pytest.mark.usefixtures("aws")
def test_the_list_says_what_is_built_pushed_recorded_and_out_of_date(
    run: Run, root: Path, podman: Path, ecr_takes_images: list[str]
) -> None:
    run("images", "push", "faces", "--engine", "podman", "--variant", "cpu")

    rows = {row["processor"]: row for row in run("images", "list", "--json").json}
    told = {name: (row["built"], row["pushed"], row["recorded"]) for name, row in rows.items()}
    assert told == {"cpu": ("yes", "yes", "yes"), "gpu": ("no", "no", "no")}

    (root / "containers/faces/code/train.py").write_text("print('learns more')\n")

    (row, _) = run("images", "list", "--json").json
    assert (row["built"], row["pushed"], row["recorded"]) == ("no", "no", "out of date")
    assert "out of date" in run("images", "list").out


@pytest.mark.usefixtures("root")
def test_an_engine_builds_for_the_platforms_that_are_asked_for(run: Run, podman: Path) -> None:
    ended = run(
        *("images", "build", "faces", "--engine", "podman", "--stack-name", "shop"),
        *("--platform", "linux/amd64", "--platform", "linux/arm64"),
    )

    assert ended.code == 0, ended.err
    tags = [tag.rpartition("-")[2] for tag in built(podman) if tag.startswith("shop-faces")]
    assert tags == ["cpu", "arm64", "gpu"]
    lines = podman.read_text()
    assert "--platform linux/arm64" in lines
    assert "--build-arg TORCH_BACKEND=cu128" in lines
    assert "--build-arg BASE_IMAGE=cuda:12" in lines


@pytest.mark.usefixtures("root")
def test_the_lowest_image_may_be_built_on_another(run: Run, podman: Path) -> None:
    run(*("images", "build", "base", "--engine", "podman", "--base-image", "mirror/python:3.11"))

    assert podman.read_text().count("--build-arg BASE_IMAGE=mirror/python:3.11") == 2


@pytest.mark.usefixtures("root")
def test_wrong_usage_is_told(run: Run) -> None:
    assert run("images", "build", "--engine", "none").code == 2
    ended = run("images", "build", "bodies", "--engine", "podman")
    assert ended.code == 1
    assert "there is no container 'bodies'" in ended.err
