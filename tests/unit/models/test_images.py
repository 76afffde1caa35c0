"""What an algorithm runs in, as its manifest may say it."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.builders import a_manifest
from trainwright.models.manifest import AlgorithmManifest


def manifest(**changes: Any) -> AlgorithmManifest:
    return AlgorithmManifest.model_validate(a_manifest().model_dump(mode="json") | changes)


def infer(**changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = a_manifest().model_dump(mode="json")["infer"]
    return plain | changes


def test_a_saved_model_is_served_without_a_script() -> None:
    tensorflow = {"name": "tensorflow", "version": "2.19.0"}

    found = manifest(infer=infer(framework=tensorflow, entry_point=None)).framework_for("inference")

    assert found
    assert found.name == "tensorflow"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"infer": infer(entry_point=None)}, "infer.entry_point is needed: the framework's image"),
        ({"framework": None}, "'train' needs either a framework"),
        ({"images": {"training": "a/b:1"}}, "has 'framework' .* and 'images'"),
        (
            {"framework": None, "images": {"training": "a/b:1"}},
            "'infer' needs either a framework .* or images.inference",
        ),
        ({"train": None, "infer": None}, "says none of 'train', 'infer', 'annotate'"),
        ({"framework": None, "images": {"training": "ubuntu"}}, "images.training.uri"),
        ({"framework": None, "images": {"training": {}}}, "needs 'cpu', 'gpu' or both"),
        ({"framework": None, "images": {"training": {"container": "A b"}}}, "container.container"),
    ],
)
def test_what_makes_no_sense_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        manifest(**changes)


def test_a_part_may_be_a_container_and_the_other_a_script() -> None:
    framework = {"name": "sklearn", "version": "1.2-1"}
    images = {"training": {"cpu": "a/b:1", "gpu": f"a/b@sha256:{1:064}"}}

    found = manifest(framework=None, images=images, infer=infer(framework=framework))

    assert found.framework_for("training") is None
    assert found.framework_for("inference") is not None
