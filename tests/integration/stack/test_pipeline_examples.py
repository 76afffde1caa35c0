"""The example pipelines, run as they stand in the folder."""

import json
from pathlib import Path

import pytest

from tests.integration.stack.pipelines import Author, Finished
from tests.integration.stack.stack import Stack
from trainwright_cli.cloud_access import Cloud

ROOT = Path(__file__).parents[3]


def run_example(folder: str, author: Author) -> Finished:
    name = author.publish_file(ROOT / "examples/pipelines" / folder / "conf.yaml", ROOT)
    found = author.run(name)
    assert found.ended.status == "Succeeded", found.ended
    assert set(found.statuses.values()) == {"Succeeded"}
    return found


def statistics(found: Finished, step: str, stack: Stack) -> dict[str, float]:
    """Read the report that is attached to the package of *step*."""
    package = stack.client("sagemaker").describe_model_package(
        ModelPackageName=found.steps[step].outputs["package"]
    )
    uri = package["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"]
    report: dict[str, float] = json.loads(stack.text(uri.partition(f"{stack.bucket}/")[2]))[
        "evaluation"
    ]
    return report


@pytest.fixture
def author(tmp_path: Path, commands: Cloud) -> Author:
    return Author(tmp_path, commands)


def test_a_package_of_the_requirements_trains_and_serves(author: Author, stack: Stack) -> None:
    found = run_example("lightgbm", author)

    assert found.steps["fit"].outputs["metrics"]["validation:rmse"] < 77  # that of the mean
    report = statistics(found, "register", stack)
    assert report["rows"] == 70
    assert report["r2"] > 0.2


def test_a_model_feeds_another_one(author: Author, stack: Stack) -> None:
    found = run_example("two_models", author)

    assert found.steps["components"].outputs["metrics"]["train:explained"] > 0.8
    assert statistics(found, "register-regression", stack)["r2"] > 0.3
    first, second = found.steps["register-components"], found.steps["register-regression"]
    assert first.ended is not None
    assert second.started is not None
    assert first.ended <= second.started
