"""`sklearn_tabular` learns the real examples in visible steps and leaves all that serving needs."""

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.unit.algorithms.script_mode import (
    ALGORITHMS,
    Trained,
    as_arguments,
    train_in_process,
    write_channels,
)

EXAMPLES = ALGORITHMS.parent / "examples"
NAME = "sklearn_tabular"


def train(root: Path, channels: dict[str, dict[str, str | bytes]], **hyper: object) -> Trained:
    variables = write_channels(root, channels)
    return train_in_process(root, NAME, variables, *as_arguments(hyper))


def example(path: str) -> dict[str, str | bytes]:
    return {"data.csv": (EXAMPLES / path / "data.csv").read_bytes()}


def metrics_of(trained: Trained) -> dict[str, list[float]]:
    """Read the metrics as SageMaker does: each regex of the manifest, over each line."""
    manifest = yaml.safe_load((ALGORITHMS / NAME / "algorithm.yaml").read_text())
    lines = trained.out.splitlines()
    return {
        metric["name"]: [
            float(found[1]) for line in lines if (found := re.search(metric["regex"], line))
        ]
        for metric in manifest["train"]["metrics"]
    }


@pytest.fixture(scope="module")
def diagnosed(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    channels = {"train": example("breast_cancer/train")}
    return train(tmp_path_factory.mktemp("diagnosed"), channels)


def test_a_classifier_learns_the_diagnosis(diagnosed: Trained) -> None:
    metrics = metrics_of(diagnosed)

    assert diagnosed.code == 0, diagnosed.err
    assert metrics["validation:accuracy"][-1] >= 0.93
    assert metrics["validation:score"] == metrics["validation:accuracy"]
    assert metrics["validation:f1"][-1] >= 0.92
    assert metrics["validation:rmse"] == []


def test_it_is_seen_to_learn(diagnosed: Trained) -> None:
    loss = metrics_of(diagnosed)["train:loss"]

    assert len(loss) == 10
    assert loss == sorted(loss, reverse=True)
    assert "step=10 train:loss=" in diagnosed.out
    assert "step=100 train:loss=" in diagnosed.out


def test_the_artifact_carries_the_code_that_made_it(diagnosed: Trained) -> None:
    saved = {path.name for path in (diagnosed.model / "code").iterdir()}
    metadata = json.loads((diagnosed.model / "metadata.json").read_text())

    assert {"train.py", "inference.py", "algorithm.yaml"} <= saved
    assert "__pycache__" not in saved
    assert (diagnosed.model / "model.joblib").stat().st_size > 1000
    assert metadata["target"]["classes"] == ["benign", "malignant"]
    assert metadata["columns"][0] == {"name": "mean_radius", "kind": "number", "categories": []}
    assert metadata["metrics"]["validation:score"] >= 0.93


def test_the_same_seed_gives_the_same_metrics(diagnosed: Trained, tmp_path: Path) -> None:
    again = train(tmp_path, {"train": example("breast_cancer/train")}, seed=0)

    assert again.out == diagnosed.out


def test_labels_that_were_shuffled_cannot_pass_the_gate(tmp_path: Path) -> None:
    worse = train(tmp_path, {"train": example("breast_cancer/worse")})

    assert worse.code == 0
    assert metrics_of(worse)["validation:score"][-1] < 0.7


@pytest.mark.parametrize("estimator", ["hist_gradient_boosting", "random_forest", "linear"])
def test_a_regressor_learns_the_progression(tmp_path: Path, estimator: str) -> None:
    channels = {"train": example("diabetes/train"), "validation": example("diabetes/unseen")}

    trained = train(tmp_path, channels, estimator=estimator, report_every=50)

    metrics = metrics_of(trained)
    assert trained.code == 0, trained.err
    assert "regression: 354 rows to learn from, 88 to validate with" in trained.out
    assert metrics["validation:score"] == metrics["validation:r2"]
    assert metrics["validation:r2"][-1] > 0.25
    assert metrics["validation:rmse"][-1] < 70
    assert metrics["validation:accuracy"] == []


MIXED = "colour,size,shape,target\n" + "".join(
    f"{('red', 'blue', '')[n % 3]},{n % 7 if n % 5 else ''},,{'yes' if n % 3 == 0 else 'no'}\n"
    for n in range(60)
)


@pytest.mark.parametrize("estimator", ["hist_gradient_boosting", "random_forest", "linear"])
def test_texts_missing_values_and_an_empty_column_need_no_preparation(
    tmp_path: Path, estimator: str
) -> None:
    trained = train(tmp_path, {"train": {"data.csv": MIXED}}, estimator=estimator, max_iter=20)

    assert trained.code == 0, trained.err
    assert metrics_of(trained)["validation:accuracy"][-1] == 1.0
    columns = json.loads((trained.model / "metadata.json").read_text())["columns"]
    assert [column["kind"] for column in columns] == ["category", "number", "empty"]


def test_a_fault_of_the_data_is_one_sentence_and_exit_code_1(tmp_path: Path) -> None:
    rows = "".join(f"{n},1,a\n" for n in range(20))

    trained = train(tmp_path, {"train": {"part-00000": f"x,y,target\n{rows}"}})

    assert trained.code == 1
    assert trained.err == ("The column 'target' has only the class 'a'; two are needed.\n")
    assert not trained.model.exists()
