"""The example pipelines, run as they stand in the folder."""

import json
from pathlib import Path

import pytest

from tests.integration.stack.pipelines import Author, Finished
from tests.integration.stack.stack import Stack, until
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.pipelines import publishing

ROOT = Path(__file__).parents[3]


MESSAGE = (
    "Dear all, I hope that you are well. The holidays were short but fine. "
    "The lock of the main door has been broken since Friday, and anybody can walk in. "
    "Please send a locksmith today. Kind regards from the office."
)


def run_example(folder: str, author: Author, skipped: tuple[str, ...] = ()) -> Finished:
    name = author.publish_file(ROOT / "examples/pipelines" / folder / "conf.yaml", ROOT)
    found = author.run(name)
    assert found.ended.status == "Succeeded", found.ended
    expected = {step: "Skipped" if step in skipped else "Succeeded" for step in found.statuses}
    assert found.statuses == expected
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


def test_what_people_wrote_teaches_which_sentences_matter(author: Author, stack: Stack) -> None:
    found = run_example("text_summarisation", author, skipped=("approve",))

    report = statistics(found, "register", stack)
    assert report["texts"] == 24
    assert report["rougeL"] > 0.45
    best = max(report["lead1"], report["lead2"], report["middle2"])
    assert report["gain"] == pytest.approx(report["rougeL"] - best)
    page = found.steps["page"].outputs["outputs"]["page"].partition(f"{stack.bucket}/")[2]
    assert stack.text(f"{page}/index.html").count("<tr>") == 1 + 24
    told = summary(found, stack)
    assert "The lock of the main door has been broken since Friday" in told
    assert "holidays" not in told

    refused = deny(author, {"ask": True}, "summaries")

    assert refused.statuses["search"] == "Cached"
    assert refused.steps["approve"].reason == "ada said no: too short"
    assert refused.statuses["deploy"] == "Stopped"
    package = stack.client("sagemaker").describe_model_package(
        ModelPackageName=refused.steps["register"].outputs["package"]
    )
    assert package["ModelApprovalStatus"] == "Rejected"
    assert package["ApprovalDescription"] == "ada: too short"


def summary(found: Finished, stack: Stack) -> str:
    """Ask the endpoint of the example."""
    answer = stack.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=found.steps["deploy"].outputs["endpoint"],
        ContentType="application/json",
        Body=json.dumps({"inputs": MESSAGE}),
    )
    return str(json.loads(answer["Body"].read())["result"])


def deny(author: Author, parameters: dict[str, object], name: str) -> Finished:
    """Run a pipeline that asks, and say no."""
    run = author.start(name, parameters)
    until(lambda: author.status(run, "approve") == "Running", "the question", 120)
    answer = {"run": run, "step": "approve", "approved": False, "by": "ada", "comment": "too short"}
    publishing.answer(author.cloud, author.stack, answer)
    return author.finish(run)
