"""Pipelines that are written for certain images: of Keras 2, and of their user's own."""

import json
from pathlib import Path

import pytest

from tests.integration.stack.pipelines import Author, Finished
from tests.integration.stack.stack import Stack
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.images.building import Target
from trainwright_cli.images.folders import ContainerFolder, Specification, folder_of
from trainwright_cli.images.pushing import Ecr, push_as

ROOT = Path(__file__).parents[3]
PIPELINES = ROOT / "tests/integration/pipelines"


@pytest.fixture
def author(tmp_path: Path, commands: Cloud) -> Author:
    return Author(tmp_path, commands)


def run(folder: str, author: Author) -> Finished:
    name = author.publish_file(PIPELINES / folder / "conf.yaml", ROOT)
    found = author.run(name)
    assert found.ended.status == "Succeeded", found.ended
    return found


def report(found: Finished, stack: Stack) -> dict[str, float]:
    """Read the report that is attached to the registered package."""
    package = stack.client("sagemaker").describe_model_package(
        ModelPackageName=found.steps["register"].outputs["package"]
    )
    uri = package["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"]
    text = stack.text(uri.partition(f"{stack.bucket}/")[2])
    evaluation: dict[str, float] = json.loads(text)["evaluation"]
    return evaluation


@pytest.mark.long  # TensorFlow is a third of a gigabyte
@pytest.mark.timeout(1200)
def test_an_image_before_keras_3_saves_and_serves_as_keras_2_does(
    author: Author, stack: Stack
) -> None:
    found = run("keras2", author)

    assert found.steps["fit"].outputs["metrics"]["keras"] == 2
    assert report(found, stack) == {"rows": 50, "r2": pytest.approx(0.4, abs=0.3)}


def test_an_image_of_ones_own_serves_under_the_name_that_the_file_has(
    author: Author, stack: Stack, request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--stack-name"):
        pytest.skip("AWS takes no image that was made without an engine")
    root = PIPELINES / "own_image"
    specification = Specification(title="Factor", python="3.13", base="base")
    folder = ContainerFolder(root, "factor", specification, folder_of(ROOT, "base"))
    ecr = Ecr.of(author.cloud)
    push_as(ecr, None, Target(folder, "cpu"), "factor-inference:v1")
    stack.put("factor/train/rows.csv", b"1,2.5\n2,5\n")
    stack.put("factor/test/rows.csv", b"4\n6\n")
    stack.put("factor/truth/truth.csv", b"10\n15\n")

    found = run("own_image", author)

    assert report(found, stack) == {"rows": 2, "worst": 0}
