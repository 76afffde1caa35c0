"""Environments: built once for each content, whole or not at all. No index is asked."""

import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from trainwright_local.sagemaker import environments
from trainwright_local.sagemaker.config import SageMakerConfig
from trainwright_local.sagemaker.environments import (
    Environment,
    EnvironmentBuildError,
    IndexUnreachableError,
    environment_for,
)
from trainwright_local.sagemaker.images import Image, UnknownImageError, image_of

URI = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SageMakerConfig:
    """A cache of the test's own, and an image of one package made here, so nothing is fetched."""
    tiny = Image("tiny", sys.executable, (str(a_wheel(tmp_path, "carried", "1.0")),))
    monkeypatch.setattr(environments, "image_of", lambda _: tiny)
    return SageMakerConfig(tmp_path / "state", tmp_path / "cache", "http://127.0.0.1:1")


def a_wheel(folder: Path, name: str, version: str) -> Path:
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    entries = {
        f"{name}.py": f"version = {version!r}",
        f"{name}-{version}.dist-info/METADATA": f"Name: {name}\nVersion: {version}",
        f"{name}-{version}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true",
        f"{name}-{version}.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in entries.items():
            archive.writestr(path, f"{text}\n")
    return wheel


def requiring(wheel: Path) -> Path:
    """Requirements that name *wheel* in a file which they include."""
    (wheel.parent / "more.txt").write_text(f"./{wheel.name}\n")
    requirements = wheel.parent / "requirements.txt"
    requirements.write_text("-r more.txt\n")
    return requirements


def versions(environment: Environment, *modules: str) -> list[str]:
    code = f"import {', '.join(modules)}\nfor m in ({', '.join(modules)},): print(m.version)"
    return subprocess.check_output([str(environment.python), "-c", code], text=True).split()


def test_an_environment_has_what_the_image_carries_and_what_the_algorithm_requires(
    config: SageMakerConfig, tmp_path: Path
) -> None:
    environment = environment_for(URI, requiring(a_wheel(tmp_path, "wanted", "2.0")), config)

    assert versions(environment, "carried", "wanted") == ["1.0", "2.0"]


def test_an_algorithm_may_change_a_version_that_the_image_carries(
    config: SageMakerConfig, tmp_path: Path
) -> None:
    environment = environment_for(URI, requiring(a_wheel(tmp_path, "carried", "0.5")), config)

    assert versions(environment, "carried") == ["0.5"]


def test_the_same_content_is_built_once_however_many_ask_at_once(
    config: SageMakerConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    builds: list[Path] = []
    build = environments._Build.run

    def counted(self: environments._Build, *inputs: Any) -> None:
        builds.append(self._root)
        build(self, *inputs)

    monkeypatch.setattr(environments._Build, "run", counted)
    requirements = requiring(a_wheel(tmp_path, "wanted", "2.0"))

    with ThreadPoolExecutor(6) as pool:
        found = set(pool.map(lambda _: environment_for(URI, requirements, config), range(6)))

    assert len(found) == 1
    assert len(builds) == 1


def test_a_change_in_an_included_file_makes_another_environment(
    config: SageMakerConfig, tmp_path: Path
) -> None:
    first = environment_for(URI, requiring(a_wheel(tmp_path, "wanted", "2.0")), config)
    second = environment_for(URI, requiring(a_wheel(tmp_path, "wanted", "3.0")), config)

    assert first != second
    assert versions(second, "wanted") == ["3.0"]


def test_what_a_killed_builder_left_is_replaced(config: SageMakerConfig) -> None:
    environment = environment_for(URI, None, config)
    environment.root.rename(environment.root.parent / f"{environment.root.name}.unfinished")

    again = environment_for(URI, None, config)

    assert again == environment
    assert versions(again, "carried") == ["1.0"]


def test_requirements_that_make_no_sense_are_refused_with_the_words_of_uv(
    config: SageMakerConfig, tmp_path: Path
) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("scikit learn\n")

    with pytest.raises(EnvironmentBuildError, match="Couldn't parse requirement") as raised:
        environment_for(URI, requirements, config)

    assert not isinstance(raised.value, IndexUnreachableError)
    assert list((config.cache_dir / "environments").glob("tiny-" + "?" * 16)) == []


def test_an_index_that_does_not_answer_is_told_apart(
    config: SageMakerConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:1/simple")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("no-such-package-anywhere==1\n")

    with pytest.raises(IndexUnreachableError, match=r"^The package index cannot be reached"):
        environment_for(URI, requirements, config)


@pytest.mark.parametrize(
    "uri", [URI, "sagemaker-scikit-learn", "127.0.0.1:5000/sagemaker-scikit-learn@sha256:00"]
)
def test_an_image_is_known_by_its_repository(uri: str) -> None:
    assert image_of(uri).repository == "sagemaker-scikit-learn"


def test_every_image_carries_what_the_model_server_runs_under() -> None:
    assert any(package.startswith("uvicorn==") for package in image_of(URI).packages)


@pytest.mark.parametrize("uri", ["registry/sagemaker-cobol:1", "sagemaker-scikit-learn-2:1", ""])
def test_an_unknown_image_is_refused_with_the_known_ones(uri: str) -> None:
    with pytest.raises(UnknownImageError, match=r"knows the repositories: .*sagemaker-scikit"):
        image_of(uri)
