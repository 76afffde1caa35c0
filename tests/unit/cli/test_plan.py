"""`plan`: the stack's own plan, made from folders of this machine."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.cli.conftest import Run
from trainwright_cli.offline import placeholder_account

MANIFEST: dict[str, Any] = {
    "name": "boosting",
    "title": "Boosting",
    "description": "Trees.",
    "licence": "MIT",
    "framework": {"name": "sklearn", "version": "1.9-0"},
    "train": {
        "entry_point": "train.py",
        "instance_type": "ml.m5.large",
        "channels": {"train": {"required": True}},
        "hyperparameters": {
            "rounds": {"type": "integer", "default": 5, "minimum": 1, "description": "Rounds."}
        },
    },
    "infer": {
        "entry_point": "inference.py",
        "instance_type": "ml.m5.large",
        "content_types": ["text/csv"],
        "accepts": ["application/json"],
        "smoke_tests": [{"name": "one", "body": "1", "content_type": "text/csv"}],
    },
}


@pytest.fixture(autouse=True)
def checkout(tmp_path: Path) -> Path:
    """A checkout with an algorithm and a data set."""
    for name in ("template.yaml", "pyproject.toml"):
        (tmp_path / name).touch()
    folder = tmp_path / "algorithms/boosting"
    folder.mkdir(parents=True)
    (folder / "algorithm.yaml").write_text(yaml.safe_dump(MANIFEST))
    for script in ("train.py", "inference.py"):
        (folder / script).write_text("pass\n")
    (tmp_path / "data/train").mkdir(parents=True)
    (tmp_path / "data/train/a.csv").write_text("1,2\n")
    return tmp_path


def test_a_plan_needs_no_credentials_and_has_every_request(run: Run) -> None:
    ended = run("plan", "boosting", "churn", "data", "--set", "rounds=7")
    plan = yaml.safe_load(ended.out)

    assert (ended.code, ended.err) == (0, "")
    training = plan["training"]["request"]
    assert training["HyperParameters"]["rounds"] == "7"
    assert training["TrainingJobName"].startswith("trainwright-churn-")
    [channel] = training["InputDataConfig"]
    source = channel["DataSource"]["S3DataSource"]["S3Uri"]
    assert source == "s3://trainwright-data/incoming/boosting/churn/train/"
    assert plan["deployment"]["endpoint"] == "trainwright-churn"


def test_the_same_data_gives_the_same_plan(run: Run) -> None:
    words = ("plan", "boosting", "churn", "data", "--json")

    assert run(*words).out == run(*words).out


def test_the_plan_as_json(run: Run) -> None:
    told = run("plan", "boosting", "churn", "data", "--json").json

    assert told.keys() == {"run", "data", "plan", "problems"}
    assert told["run"]["model"] == "churn"


def test_another_stack_in_another_partition(run: Run) -> None:
    words = ("plan", "boosting", "churn", "data", "--stack-name", "demo")
    plan = run(*words, "--region", "cn-north-1", "--json").json["plan"]

    request = plan["training"]["request"]
    assert request["TrainingJobName"].startswith("demo-churn-")
    assert ".amazonaws.com.cn/" in request["AlgorithmSpecification"]["TrainingImage"]
    assert request["RoleArn"].startswith("arn:aws-cn:iam::")


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")],
)
def test_a_placeholder_is_of_its_regions_partition(region: str, partition: str) -> None:
    assert placeholder_account("demo", region).partition == partition


def test_a_bucket_is_taken_at_its_word(run: Run) -> None:
    ended = run("plan", "boosting", "churn", "s3://my-bucket/sets/one")

    assert "its required channels are taken to have data" in ended.err
    assert yaml.safe_load(ended.out)["data"] == {"bucket": "my-bucket", "key": "sets/one/"}


def test_settings_may_come_from_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "run.yaml").write_text("endpoint: {deploy: false}\n")

    words = ("plan", "boosting", "churn")
    local = run(*words, "data", "--run-yaml", "run.yaml", "--json").json
    remote = run(*words, "s3://my-bucket/x", "--run-yaml", "run.yaml", "--json").json

    assert local["plan"]["deployment"] is None
    assert remote["plan"]["deployment"] is None


@pytest.mark.parametrize("data", ["data", "s3://my-bucket/x"])
def test_every_problem_is_listed(run: Run, data: str) -> None:
    ended = run("plan", "boosting", "churn", data, "--set", "rounds=0", "--set", "typo=1")

    assert ended.code == 4
    assert ended.out == ""
    assert "error: the run was refused:\n" in ended.err
    assert "  hyperparameters.rounds: must be at least 1, is 0\n" in ended.err
    assert "  hyperparameters.typo: is unknown" in ended.err


def test_a_refusal_as_json_has_no_plan(run: Run) -> None:
    ended = run("plan", "boosting", "Churn", "data", "--json")

    assert ended.code == 4
    assert ended.json["plan"] is None
    assert ended.json["problems"][0]["field"] == "model"


def test_an_algorithm_that_would_be_refused_is_refused(run: Run, checkout: Path) -> None:
    (checkout / "algorithms/boosting/train.py").unlink()

    ended = run("plan", "boosting", "churn", "data")

    assert ended.code == 4
    assert "train.entry_point: 'train.py' is not in the folder" in ended.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("bosting", "churn", "data"), "no algorithm 'bosting'"),
        (("boosting", "churn", "nowhere"), "nowhere is no folder"),
        (("boosting", "churn", "data", "--set", "x"), "--set takes key=value"),
    ],
)
def test_a_mistake_is_a_line(run: Run, words: tuple[str, ...], said: str) -> None:
    ended = run("plan", *words)

    assert ended.code == 1
    assert said in ended.err
    assert ended.err.count("\n") == 1
