"""What can be known of algorithms without training or serving them."""

import ast
from pathlib import Path

import pytest
import yaml

from trainwright.logic.json_schema import compile_schema
from trainwright.models.annotation import Annotation
from trainwright.models.manifest import AlgorithmManifest

ALGORITHMS = Path(__file__).parents[3] / "algorithms"
PYTHON_OF_CHAINERS_IMAGE = (3, 5)


def manifest_of(name: str) -> AlgorithmManifest:
    text = (ALGORITHMS / name / "algorithm.yaml").read_text()
    return AlgorithmManifest.model_validate(yaml.safe_load(text))


def labels_of_generic() -> Annotation:
    found = manifest_of("generic").annotate
    assert found
    return found


@pytest.mark.parametrize(
    "path", sorted((ALGORITHMS / "chainer").glob("*.py")), ids=lambda p: p.name
)
def test_chainers_scripts_are_of_its_images_python(path: Path) -> None:
    tree = ast.parse(path.read_text(), feature_version=PYTHON_OF_CHAINERS_IMAGE)

    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]  # f-strings


def test_chainer_says_that_it_is_retired() -> None:
    assert "retired" in " ".join(manifest_of("chainer").notes)


def test_generic_can_only_be_annotated() -> None:
    assert manifest_of("generic").capabilities == ("annotate",)


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("image_generic_text", "a receipt", ""),
        ("image_generic_float", 1.5, "1.5"),
        ("image_generic_class", 3, -1),
        ("image_generic_empty", None, "a label"),
    ],
)
def test_generic_knows_right_labels_from_wrong(name: str, right: object, wrong: object) -> None:
    check = compile_schema(labels_of_generic().formats[name].json_schema)

    check(right)
    with pytest.raises(ValueError, match="data must"):
        check(wrong)
