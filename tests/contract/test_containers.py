"""Every container in the checkout can be built, run without an engine, and published."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from tools import make_schemas
from trainwright.logic.package_check import check_package
from trainwright.logic.packaging import read_folder
from trainwright.models.images import ContainerImage, Scope
from trainwright.models.manifest import AlgorithmManifest
from trainwright.models.message import Problem
from trainwright_cli.images import scripts as of_cli
from trainwright_cli.images.folders import ContainerFolder, folder_of, names
from trainwright_cli.images.scripts import program_files
from trainwright_local.sagemaker.containers import pushed as of_cloud

ROOT = make_schemas.ROOT
LOCAL = ROOT / "src" / "trainwright_local" / "sagemaker"
BASE = folder_of(ROOT, "base")
FOLDERS = [folder_of(ROOT, name) for name in names(ROOT)]
PROGRAMS = {"training": "code/train.py", "inference": "code/inference.py"}
PINNED = re.compile(r"[a-z0-9._-]+==[0-9][\w.+]*")

every = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
published = pytest.mark.parametrize(
    "folder", [f for f in FOLDERS if f.base], ids=lambda folder: folder.name
)


def manifest_of(folder: ContainerFolder) -> AlgorithmManifest:
    text = (folder.path / "algorithm.yaml").read_text()
    return AlgorithmManifest.model_validate(yaml.safe_load(text))


def lines_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@every
def test_its_files_can_be_read_and_its_packages_are_pinned(folder: ContainerFolder) -> None:
    requirements = folder.files["requirements.txt"].decode()

    assert {"Dockerfile", "requirements.txt"} <= set(folder.files)
    assert all(PINNED.fullmatch(line) for line in lines_of(requirements))


@every
def test_it_is_built_on_what_it_is_told_and_ends_without_a_shell(folder: ContainerFolder) -> None:
    lines = lines_of(folder.files["Dockerfile"].decode())

    assert lines[0].startswith("ARG BASE_IMAGE=")
    assert lines[1] == "FROM ${BASE_IMAGE}"
    started = [line for line in lines if line.startswith(("CMD", "ENTRYPOINT"))]
    assert all(re.fullmatch(r'CMD \["[a-z]+"\]', line) for line in started)


@every
def test_it_explains_itself(folder: ContainerFolder) -> None:
    readme = (folder.path / "README.md").read_text()

    assert readme.startswith(f"# {folder.name}\n")


@published
def test_it_is_an_algorithm_that_has_no_problem(folder: ContainerFolder) -> None:
    problems: list[Problem] = []

    check_package(folder.name, read_folder(folder.path), "eu-west-1", problems)

    assert problems == []
    schema = make_schemas.files()["algorithms/algorithm.schema.json"]
    text = (folder.path / "algorithm.yaml").read_text()
    Draft202012Validator(schema).validate(yaml.safe_load(text))


@published
def test_it_runs_in_its_own_image_and_has_the_scripts_for_it(folder: ContainerFolder) -> None:
    manifest, files = manifest_of(folder), program_files(folder)
    parts: dict[Scope, object] = {"training": manifest.train, "inference": manifest.infer}

    for scope, section in parts.items():
        if section:
            assert manifest.image_for(scope) == ContainerImage(container=folder.name)
            assert PROGRAMS[scope] in files


@published
def test_an_instance_with_a_gpu_has_an_image_for_it(folder: ContainerFolder) -> None:
    manifest = manifest_of(folder)
    wanted = {part.instance_type for part in (manifest.train, manifest.infer) if part}

    if any(name.startswith(("ml.g", "ml.p")) for name in wanted):
        assert "gpu" in folder.variants


@published
def test_its_modules_are_all_there(folder: ContainerFolder) -> None:
    """A module that a script names and that is no package is one of the folder's."""
    files = program_files(folder)
    modules = {Path(name).stem for name in files if name.startswith("code/")}
    own = re.compile(r"^(?:from|import) (\w+)", re.MULTILINE)
    for name, content in files.items():
        if name.startswith("code/") and name.endswith(".py"):
            named = set(own.findall(content.decode()))
            siblings = {"pictures", "refusals", "predictor", "detectors", "faces", "network"}
            assert named & siblings <= modules, name


def test_what_serves_in_images_is_what_serves_locally() -> None:
    table = tomllib.loads((LOCAL / "images.toml").read_text())

    assert lines_of(BASE.files["requirements.txt"].decode()) == table["server"]["packages"]
    assert BASE.files["program/runner.py"] == (LOCAL / "runner.py").read_bytes()
    for module in (LOCAL / "model_server").glob("*.py"):
        assert BASE.files[f"program/model_server/{module.name}"] == module.read_bytes()


def test_the_local_cloud_knows_images_of_scripts_by_what_they_are_marked_with() -> None:
    assert of_cloud.PYTHON_LABEL == of_cli.PYTHON_LABEL
    assert of_cloud.PROGRAM.as_posix() == of_cli.PROGRAM


def test_the_programs_can_be_run_in_the_image() -> None:
    for name in ("train", "serve", "healthy"):
        content = BASE.files[f"program/bin/{name}"]
        assert content.startswith(b"#!/usr/bin/env python3\n")
        assert of_cli.mode_of(content) == 0o755
