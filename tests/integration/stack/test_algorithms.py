"""Algorithms come and are refused while the stack runs."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from tests.integration.stack.conftest import SCRIPTED
from tests.integration.stack.stack import Stack
from trainwright.models.names import AlgorithmName

REAL = Path(__file__).parents[3] / "algorithms" / "sklearn_tabular"
EXAMPLES = Path(__file__).parents[3] / "examples"
CATALOGUE = sorted(path.parent for path in REAL.parent.glob("*/algorithm.yaml"))


def a_copy(folder: Path, name: AlgorithmName) -> Path:
    """Copy the scripted algorithm as *name*."""
    copy = Path(shutil.copytree(SCRIPTED, folder / name))
    manifest = copy / "algorithm.yaml"
    manifest.write_text(manifest.read_text().replace("name: scripted", f"name: {name}"))
    return copy


def parameters(stack: Stack, name: str) -> dict[str, str]:
    """Give what SSM says of the algorithm *name*."""
    root = f"{stack.outputs['AlgorithmsParameterPath']}/{name}"
    pages = stack.client("ssm").get_paginator("get_parameters_by_path").paginate(Path=root)
    found = [parameter for page in pages for parameter in page["Parameters"]]
    return {item["Name"].removeprefix(f"{root}/"): item["Value"] for item in found}


def deployments(stack: Stack) -> tuple[object, ...]:
    """Give what changes when somebody deploys the stack."""
    formation = stack.client("cloudformation")
    described = formation.describe_stacks(StackName=stack.name)["Stacks"][0]
    sets = formation.list_change_sets(StackName=stack.name)["Summaries"]
    times = (described.get(key) for key in ("CreationTime", "LastUpdatedTime", "StackStatus"))
    return (*times, sorted(change_set["ChangeSetId"] for change_set in sets))


def test_a_folder_the_template_never_heard_of_trains_and_serves_without_a_deployment(
    stack: Stack, tmp_path: Path
) -> None:
    before = deployments(stack)
    assert stack.publish(a_copy(tmp_path, "newcomer"))["problems"] == []

    run = stack.upload("fresh", algorithm="newcomer", hyperparameters={"answer": "new"})

    assert run.end() == "SUCCEEDED"
    assert stack.ask("fresh")["answer"] == "new"
    assert deployments(stack) == before
    template = stack.client("cloudformation").get_template(StackName=stack.name)["TemplateBody"]
    assert "newcomer" not in str(template)


@pytest.mark.parametrize("folder", CATALOGUE, ids=lambda folder: folder.name)
def test_all_that_is_known_of_an_algorithm_is_in_the_parameters(stack: Stack, folder: Path) -> None:
    version = stack.publish(folder)["version"]

    found = parameters(stack, folder.name)

    home = f"s3://{stack.bucket}/algorithms/{folder.name}/{version}"
    manifest = yaml.safe_load((folder / "algorithm.yaml").read_text())
    parts = {"training_image": "train", "inference_image": "infer"}
    images = {name for name, part in parts.items() if part in manifest}
    assert found.keys() == images | {"source", "artifact", "industrialmodels", "manifest"}
    assert found["source"] == f"{home}/source/sourcedir.tar.gz"
    assert found["artifact"] == f"{home}/artifact/model.tar.gz"
    assert found["manifest"] == f"{home}/algorithm.json"
    assert found["industrialmodels"] == f"s3://{stack.bucket}/models/{folder.name}/"


def test_a_refused_package_leaves_the_registered_version_in_force(
    stack: Stack, tmp_path: Path
) -> None:
    folder = a_copy(tmp_path, "steady")
    stack.publish(folder)
    before = parameters(stack, "steady")
    (folder / "train.py").unlink()

    bad = stack.publish(folder)

    assert bad["problems"] != []
    assert parameters(stack, "steady") == before


def test_a_refusal_names_every_problem_and_the_last_version_trains_on(
    stack: Stack, tmp_path: Path
) -> None:
    folder = a_copy(tmp_path, "patient")
    good = stack.publish(folder)["version"]
    manifest = folder / "algorithm.yaml"
    text = manifest.read_text().replace("version: 1.9-0", "version: 0.1-0")
    text = text.replace("accepts: [application/json]", "accepts: [text/html]")
    manifest.write_text(text.replace("name: patient", "name: impatient"))
    (folder / "train.py").unlink()
    (folder / "inference.py").write_text("def model_fn(:\n")

    fields = [problem["field"] for problem in stack.publish(folder)["problems"]]

    assert set(fields) == {
        "name",
        "framework",
        "train.entry_point",
        "infer.entry_point",
        "infer.smoke_tests.0.accept",
    }
    run = stack.upload("enduring", algorithm="patient", endpoint={"deploy": False})
    assert run.end() == "SUCCEEDED"
    started = json.loads(run.record()["Run Started"])["data"]
    assert started["algorithm_version"] == good


def test_real_rows_become_a_real_model(stack: Stack) -> None:
    assert stack.publish(REAL)["problems"] == []
    rows = (EXAMPLES / "breast_cancer" / "train" / "data.csv").read_bytes()

    run = stack.upload("cancer", algorithm="sklearn_tabular", rows=rows)

    assert run.end() == "SUCCEEDED"
    unseen = (EXAMPLES / "breast_cancer" / "unseen" / "data.csv").read_text().splitlines()
    header, *lines = unseen
    target = header.split(",").index("target")
    answer = stack.ask("cancer", "\n".join(unseen).encode())
    truth = [line.split(",")[target] for line in lines]
    right = sum(str(p) == t for p, t in zip(answer["predictions"], truth, strict=True))
    assert right / len(truth) >= 0.9
