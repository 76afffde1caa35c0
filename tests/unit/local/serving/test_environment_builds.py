"""Packages that have no wheel: built with what the table of images says. No index is asked."""

import io
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from trainwright_local.sagemaker.config import SageMakerConfig
from trainwright_local.sagemaker.environments import environment_for
from trainwright_local.sagemaker.images import Image

MAKER = """
import zipfile
def build_wheel(folder, settings=None, metadata=None):
    name = "old-1.0-py3-none-any.whl"
    with zipfile.ZipFile(f"{{folder}}/{{name}}", "w") as archive:
        archive.writestr("old.py", "maker = '{version}'")
        for entry, text in {entries!r}.items():
            archive.writestr(f"old-1.0.dist-info/{{entry}}", text)
    return name
"""
ENTRIES = {
    "METADATA": "Metadata-Version: 2.1\nName: old\nVersion: 1.0\n",
    "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n",
    "RECORD": "",
}
PROJECT = '[build-system]\nrequires = ["maker"]\nbuild-backend = "maker"\n'


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two versions of a build backend, and a package that has only sources; no index beside."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for version in ("1.0", "2.0"):
        with zipfile.ZipFile(folder / f"maker-{version}-py3-none-any.whl", "w") as wheel:
            about = f"maker-{version}.dist-info"
            wheel.writestr("maker.py", MAKER.format(version=version, entries=ENTRIES))
            wheel.writestr(f"{about}/METADATA", f"Name: maker\nVersion: {version}\n")
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
            wheel.writestr(f"{about}/RECORD", "")
    with tarfile.open(folder / "old-1.0.tar.gz", "w:gz") as sources:
        for name, text in (("pyproject.toml", PROJECT), ("PKG-INFO", "Name: old\nVersion: 1.0\n")):
            entry = tarfile.TarInfo(f"old-1.0/{name}")
            entry.size = len(text)
            sources.addfile(entry, io.BytesIO(text.encode()))
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(folder))
    monkeypatch.setenv("UV_NO_CACHE", "1")  # it would keep what was built, whatever with
    return folder


@pytest.mark.usefixtures("shelf")
def test_a_package_is_built_with_what_the_image_pins(tmp_path: Path) -> None:
    config = SageMakerConfig(tmp_path / "state", tmp_path / "cache", "http://127.0.0.1:1")
    image = Image("tiny", sys.executable, ("old==1.0",))
    images = (image, replace(image, build=("maker==1.0",)))

    made = [environment_for(each, None, config).python for each in images]

    said = [subprocess.check_output([it, "-c", "import old; print(old.maker)"]) for it in made]
    assert [line.decode().strip() for line in said] == ["2.0", "1.0"]
