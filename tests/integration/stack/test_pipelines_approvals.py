"""A model in the registry and the step that asks about it say the same, whoever is asked first."""

from pathlib import Path
from typing import Any

import pytest

from tests.integration.stack.pipelines import IMAGE, Author
from tests.integration.stack.stack import Stack, until
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.pipelines import publishing

FIT = """
import os, pathlib
pathlib.Path(os.environ["SM_MODEL_DIR"], "model.txt").write_text("42")
"""
CONF = f"""
conf:
  models:
    m:
      source_directory: code
      train:
        image_uri: {IMAGE}
        entry_point: fit.py
        channels: {{train: {{dataFiles: [{{fileName: s3://SMP_S3BUCKETNAME/approvals/}}]}}}}
      registry:
        ModelRepack: False
        InferenceSpecification:
          image_uri: {IMAGE}
          supported_content_types: [text/csv]
          supported_response_MIME_types: [text/csv]
  sagemakerPipeline:
    pipelineName: approved
    models:
      m:
        steps:
          - {{step_name: fit, step_class: Training}}
          - {{step_name: register, step_class: RegisterModel}}
    steps:
      - {{step_name: ask, step_class: Approve, message: Good enough?, package: register,
          timeout_hours: 1}}
      - {{step_name: again, step_class: Approve, message: Still good?, package: register}}
    dependencies: ["ask >> again"]
"""


@pytest.fixture
def author(tmp_path: Path, commands: Cloud) -> Author:
    return Author(tmp_path, commands)


def ask(author: Author, folder: Path, stack: Stack) -> tuple[str, str]:
    """Start a run and wait until it asks; give its id and the package it asks about."""
    stack.put("approvals/rows.csv", b"1,2\n")
    (folder / "code" / "fit.py").write_text(FIT)
    (folder / "conf.yaml").write_text(CONF)
    author.publish_file(folder / "conf.yaml", folder)
    run = author.start("approved")
    until(lambda: author.status(run, "ask") == "Running", "the question", 120)
    return run, until(lambda: author.resource(run, "ask"), "what it is about", 60)


def registered(stack: Stack, package: str) -> dict[str, Any]:
    return dict(stack.client("sagemaker").describe_model_package(ModelPackageName=package))


@pytest.mark.parametrize(
    ("approved", "status", "registry"),
    [(True, "Succeeded", "Approved"), (False, "Failed", "Rejected")],
)
def test_an_answer_is_written_into_the_registry(
    author: Author,
    commands: Cloud,
    stack: Stack,
    tmp_path: Path,
    *,
    approved: bool,
    status: str,
    registry: str,
) -> None:
    run, package = ask(author, tmp_path, stack)
    assert registered(stack, package)["ModelApprovalStatus"] == "PendingManualApproval"

    answer = {"run": run, "step": "ask", "approved": approved, "by": "ada", "comment": "because"}
    for _ in range(2):
        publishing.answer(commands, author.stack, answer)
    found = author.finish(run)

    assert found.ended.status == status, found.ended
    now = registered(stack, package)
    assert now["ModelApprovalStatus"] == registry
    assert now["ApprovalDescription"] == "ada: because"
    if approved:
        expected = {"by": "ada", "comment": "because", "package": package}
        assert found.steps["ask"].outputs == expected
        assert found.steps["again"].outputs["package"] == package
    else:
        assert found.steps["ask"].reason == "ada said no: because"


@pytest.mark.parametrize(
    ("registry", "status"), [("Approved", "Succeeded"), ("Rejected", "Failed")]
)
def test_a_decision_in_the_registry_answers_the_step(
    author: Author, stack: Stack, tmp_path: Path, registry: str, status: str
) -> None:
    run, package = ask(author, tmp_path, stack)

    stack.client("sagemaker").update_model_package(
        ModelPackageArn=package, ModelApprovalStatus=registry, ApprovalDescription="seen in Studio"
    )
    found = author.finish(run)

    assert found.ended.status == status, found.ended
    if registry == "Approved":
        assert found.steps["ask"].outputs["comment"] == "seen in Studio"
        assert set(found.statuses.values()) == {"Succeeded"}
    else:
        assert found.ended.error == "ApprovalDeniedError"
        assert "rejected the model in the registry: seen in Studio" in found.ended.reason


def test_who_resumes_after_a_rejection_is_asked_again(
    author: Author, stack: Stack, tmp_path: Path
) -> None:
    run, package = ask(author, tmp_path, stack)
    decide = stack.client("sagemaker").update_model_package
    decide(ModelPackageArn=package, ModelApprovalStatus="Rejected")
    assert author.finish(run).statuses["ask"] == "Failed"

    publishing.resume(author.cloud, author.stack, run)
    until(lambda: author.status(run, "ask") == "Running", "the question again", 120)
    decide(ModelPackageArn=package, ModelApprovalStatus="Approved")
    found = author.finish(run, 2)

    assert found.ended.status == "Succeeded", found.ended
    assert found.steps["register"].attempt == 1
