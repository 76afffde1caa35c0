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
from trainwright_local.sagemaker.images import Image

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


def test_stand_ins_are_run_by_every_interpreter(
    config: SageMakerConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = a_wheel(config.cache_dir.parent, "carried", "1.0")
    image = Image("tiny", sys.executable, (str(wheel),), stand_ins=("torchvision_nms",))
    monkeypatch.setattr(environments, "image_of", lambda _: image)

    environment = environment_for(URI, None, config)

    code = "import sys; print('torchvision_nms' in sys.modules, 'torch' in sys.modules)"
    said = subprocess.check_output([str(environment.python), "-c", code], text=True)
    assert said.split() == ["True", "False"]


def test_torchvision_is_completed_whoever_has_asked_before_whether_it_is_there(
    tmp_path: Path,
) -> None:
    (tmp_path / "torch.py").write_text(
        "from types import SimpleNamespace as N\n"
        "declared = []\n"
        "def load_library(path): raise OSError(path)\n"
        "class Library:\n"
        "    def __init__(self, *names): pass\n"
        "    def define(self, schema): declared.append(schema.partition('(')[0])\n"
        "    def impl(self, *implementation): pass\n"
        "ops, library = N(load_library=load_library), N(Library=Library)\n"
    )
    package = tmp_path / "torchvision"
    package.mkdir()
    (package / "extension.py").touch()
    (package / "__init__.py").write_text(
        "import torch\nfrom torchvision import extension\nseen = list(torch.declared)\n"
    )
    code = (
        "import sys, torchvision_nms\n"
        "from importlib.util import find_spec\n"
        "print(find_spec('torchvision').name, 'torch' in sys.modules)\n"
        "import torchvision\nprint(*torchvision.seen)"
    )
    stand_ins = Path(environments.__file__).parent / "stand_ins"

    said = subprocess.check_output(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": f"{tmp_path}:{stand_ins}", "PYTHONDONTWRITEBYTECODE": "1"},
        text=True,
    )

    assert said.split() == ["torchvision", "False", "nms", "qnms"]


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


def build(image: Image, config: SageMakerConfig, required: str = "") -> Environment:
    """Make the environment of *image* with what is *required*; no index is asked."""
    requirements = config.cache_dir.parent / "requirements.txt"
    requirements.write_text(required)
    return environment_for(image, requirements, config)


@pytest.fixture
def two_versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two versions of a package, and no index beside it."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    a_wheel(folder, "heavy", "1.0")
    a_wheel(folder, "heavy", "2.0")
    monkeypatch.setenv("UV_NO_INDEX", "1")
    return folder


def test_what_is_fixed_stays_whatever_the_algorithm_requires(
    config: SageMakerConfig, two_versions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_FIND_LINKS", str(two_versions))
    image = Image("tiny", sys.executable, (), fixed=("heavy==1.0",))

    assert versions(build(image, config, "heavy>=0.5"), "heavy") == ["1.0"]
    with pytest.raises(EnvironmentBuildError, match=r"heavy==2\.0"):
        build(image, config, "heavy==2.0")


def test_what_is_fixed_is_looked_for_again_with_the_options_that_help(
    config: SageMakerConfig, two_versions: Path
) -> None:
    options = ("--find-links", str(two_versions))
    image = Image("tiny", sys.executable, (), fixed=("heavy==1.0",), otherwise=options)

    assert versions(build(image, config, "heavy"), "heavy") == ["1.0"]


def test_packages_are_looked_for_where_pip_is_told_to(
    config: SageMakerConfig, two_versions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", str(two_versions))
    monkeypatch.delenv("UV_FIND_LINKS", raising=False)
    environments._find_links_of_pip.cache_clear()
    try:
        image = Image("tiny", sys.executable, (), fixed=("heavy==1.0",))
        assert versions(build(image, config), "heavy") == ["1.0"]
    finally:
        environments._find_links_of_pip.cache_clear()
