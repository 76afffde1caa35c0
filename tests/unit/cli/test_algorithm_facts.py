"""What `algorithms show` tells of a manifest."""

from typing import Any

from tests.builders import a_manifest
from trainwright.models.manifest import AlgorithmManifest
from trainwright_cli.algorithm_facts import facts_of


def facts(**changes: Any) -> dict[str, str]:
    plain = a_manifest().model_dump(mode="json")
    return dict(facts_of(AlgorithmManifest.model_validate(plain | changes)))


def test_where_it_runs_and_what_it_takes_is_told() -> None:
    found = facts()

    assert found["trains in"] == found["serves in"] == "sklearn 1.2-1"
    assert found["can"] == "train, infer"
    assert found["takes"] == "text/csv"
    assert "source" not in found


def test_own_images_and_the_code_of_others_are_told() -> None:
    images = {"training": {"cpu": "a/b:1"}, "inference": {"container": "faces"}}
    source = {"git": "https://example.org/a.git", "ref": "v1", "folder": "net"}

    found = facts(framework=None, images=images, source=source, opt_in=True)

    assert found["trains in"] == "cpu: a/b:1"
    assert found["serves in"] == "the container faces"
    assert found["source"] == "https://example.org/a.git at v1, its folder net"
    assert found["licence"] == "Apache-2.0, to be accepted"


def test_labels_are_told_with_their_formats() -> None:
    form = {"description": "One class.", "json_schema": {"type": "string"}}
    annotate = {"content_types": ["image/png"], "formats": {"image_generic_class": form}}

    found = facts(framework=None, train=None, infer=None, annotate=annotate)

    assert found["can"] == "annotate"
    assert found["label format"] == "image_generic_class: One class."
