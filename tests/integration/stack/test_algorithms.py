"""Algorithms come and are refused while the stack runs."""

import shutil
from pathlib import Path

from tests.integration.stack.conftest import SCRIPTED
from tests.integration.stack.stack import Stack
from trainwright.models.names import AlgorithmName

REAL = Path(__file__).parents[3] / "algorithms" / "sklearn_tabular"
EXAMPLES = Path(__file__).parents[3] / "examples"


def a_copy(folder: Path, name: AlgorithmName) -> Path:
    """Copy the scripted algorithm as *name*."""
    copy = Path(shutil.copytree(SCRIPTED, folder / name))
    manifest = copy / "algorithm.yaml"
    manifest.write_text(manifest.read_text().replace("name: scripted", f"name: {name}"))
    return copy


def test_a_folder_the_template_never_heard_of_trains_and_serves(
    stack: Stack, tmp_path: Path
) -> None:
    assert stack.publish(a_copy(tmp_path, "newcomer"))["problems"] == []

    run = stack.upload("fresh", algorithm="newcomer", hyperparameters={"answer": "new"})

    assert run.end() == "SUCCEEDED"
    assert stack.ask("fresh")["answer"] == "new"


def test_a_refused_package_leaves_the_registered_version_in_force(
    stack: Stack, tmp_path: Path
) -> None:
    folder = a_copy(tmp_path, "steady")
    good = stack.publish(folder)
    (folder / "train.py").unlink()

    bad = stack.publish(folder)

    assert bad["problems"] != []
    name = f"{stack.outputs['AlgorithmsParameterPath']}/steady/manifest"
    parameter = stack.client("ssm").get_parameter(Name=name)["Parameter"]
    assert f"/{good['version']}/" in parameter["Value"]


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
