"""Every algorithm in the checkout is one that registration would accept."""

import ast
import sys
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from tools import make_schemas
from trainwright.logic.images import images_of
from trainwright.logic.package_check import check_package
from trainwright.logic.packaging import pack, read_folder
from trainwright.models.manifest import AlgorithmManifest
from trainwright.models.message import Problem
from trainwright_local.sagemaker.images import image_of

ALGORITHMS = sorted(path.parent for path in make_schemas.ROOT.glob("algorithms/*/algorithm.yaml"))
REGIONS = ("eu-west-1", "us-east-1", "cn-north-1", "us-gov-west-1")

pytestmark = pytest.mark.parametrize("folder", ALGORITHMS, ids=lambda folder: folder.name)


def manifest_of(folder: Path) -> AlgorithmManifest:
    return AlgorithmManifest.model_validate(yaml.safe_load((folder / "algorithm.yaml").read_text()))


@pytest.mark.parametrize("region", REGIONS)
def test_it_has_no_problem(folder: Path, region: str) -> None:
    problems: list[Problem] = []

    check_package(folder.name, read_folder(folder), region, problems)

    assert problems == []


def test_it_fits_the_schema_for_editors(folder: Path) -> None:
    schema = make_schemas.files()["algorithms/algorithm.schema.json"]
    text = (folder / "algorithm.yaml").read_text()

    Draft202012Validator(schema).validate(yaml.safe_load(text))
    assert "# yaml-language-server: $schema=../algorithm.schema.json" in text


def test_it_can_be_packed_and_is_small(folder: Path) -> None:
    assert len(pack(folder).body) < 100_000


def test_it_explains_itself(folder: Path) -> None:
    readme = (folder / "README.md").read_text()
    train = manifest_of(folder).train

    assert readme.startswith(f"# {folder.name}\n")
    for name in train.hyperparameters if train else ():
        assert f"`{name}`" in readme


def test_it_imports_nothing_of_ours(folder: Path) -> None:
    ours = {"trainwright", "trainwright_cli", "trainwright_local", "tools", "tests"}

    assert _imported_by(folder) & ours == set()


def test_it_imports_only_what_its_image_carries(folder: Path) -> None:
    framework = manifest_of(folder).framework
    if framework is None or (folder / "requirements.txt").exists():
        return
    own = {path.stem for path in folder.glob("*.py")}
    known = own | set(sys.stdlib_module_names)

    for image in {image.image.partition(":")[0] for image in images_of(framework.name)}:
        assert _imported_by(folder) <= known | _carried_by(image)


def _carried_by(image: str) -> set[str]:
    """Name the modules of the packages that the local stand-in of *image* is made of."""
    modules = {"pillow": "PIL", "scikit-learn": "sklearn", "xgboost-cpu": "xgboost"}
    carried = image_of(image)
    packages = (text.partition("==")[0] for text in (*carried.fixed, *carried.packages))
    indirectly = {"threadpoolctl"}  # of scikit-learn
    return {modules.get(name, name.removesuffix("-cpu")) for name in packages} | indirectly


def _imported_by(folder: Path) -> set[str]:
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    return names
