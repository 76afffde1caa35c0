"""`trainwright algorithms` as a user meets it, in a checkout of its own."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.unit.algorithms.script_mode import modules_of, write_channels
from trainwright_cli import registered
from trainwright_cli.main import app

ROWS = "size,weight,target\n" + "".join(
    f"{n % 7},{n % 5 + (10 if n % 2 else 0)},{'heavy' if n % 2 else 'light'}\n" for n in range(50)
)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty checkout, as the working folder."""
    for name in ("template.yaml", "pyproject.toml"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRAINWRIGHT_STATE", str(tmp_path / "state"))
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["algorithms", *words], catch_exceptions=False)


def answer(*words: str) -> Any:
    return json.loads(run(*words, "--json").stdout)


def test_a_new_algorithm_validates_as_it_is(checkout: Path) -> None:
    assert run("new", "churn").exit_code == 0
    assert (checkout / "algorithms/churn/train.py").is_file()

    [checked] = answer("validate", "churn")

    assert checked["name"] == "churn"
    assert checked["problems"] == []


def test_a_new_algorithm_trains_and_serves_as_it_is(checkout: Path, tmp_path: Path) -> None:
    run("new", "churn")
    folder = checkout / "algorithms/churn"
    variables = write_channels(tmp_path, {"train": {"data.csv": ROWS}})

    done = subprocess.run(
        [sys.executable, "-W", "error", "train.py", "--regularisation", "0.5"],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert done.stdout == "validation:accuracy=1.000000\n"
    with modules_of(tmp_path / "model/code", "inference") as (served,):
        model = served.model_fn(str(tmp_path / "model"))
        rows = served.input_fn("size,weight,target\n3,13,?\n3,1,?\n", "text/csv")
        body, content_type = served.output_fn(served.predict_fn(rows, model), "application/json")
    assert json.loads(body) == {"predictions": ["heavy", "light"]}
    assert content_type == "application/json"


def test_a_new_algorithm_without_data_fails_with_a_sentence(checkout: Path, tmp_path: Path) -> None:
    run("new", "churn")
    variables = write_channels(tmp_path, {"train": {"data.txt": ROWS}})

    done = subprocess.run(
        [sys.executable, "train.py"],
        cwd=checkout / "algorithms/churn",
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr == "There is no row in any *.csv of the channel 'train'.\n"


@pytest.mark.parametrize("name", ["Churn", "my-churn", "../churn", "9lives", ""])
def test_a_name_that_is_none_makes_no_folder(checkout: Path, name: str) -> None:
    result = run("new", name)

    assert result.exit_code == 1
    assert result.stderr == (
        f"error: '{name}' is no name for an algorithm: "
        "use a-z, 0-9 and _, beginning with a letter\n"
    )
    assert not (checkout / "algorithms").exists()


def test_an_existing_folder_is_left_alone(checkout: Path) -> None:
    run("new", "churn")
    (checkout / "algorithms/churn/train.py").write_text("mine")

    result = run("new", "churn")

    assert result.exit_code == 1
    assert "exists already: choose another name, or remove it" in result.stderr
    assert (checkout / "algorithms/churn/train.py").read_text() == "mine"


def test_every_problem_is_shown_and_the_exit_code_says_refused(checkout: Path) -> None:
    run("new", "churn")
    (checkout / "algorithms/churn/inference.py").unlink()
    (checkout / "algorithms/churn/train.py").write_text("x =")

    result = run("validate")

    assert result.exit_code == 4
    assert result.stderr == (
        "error: churn was refused:\n"
        "  train.entry_point: 'train.py' does not compile: line 1: invalid syntax\n"
        "  infer.entry_point: 'inference.py' is not in the folder\n"
    )


def test_a_link_in_the_folder_is_a_problem_and_no_crash(checkout: Path) -> None:
    run("new", "churn")
    (checkout / "algorithms/churn/data").symlink_to("/etc")

    result = run("validate", "churn", "--json")

    assert result.exit_code == 4
    [checked] = json.loads(result.stdout)
    assert checked["problems"][0]["message"].endswith(
        "is a link or a device; only files can be packed"
    )


def test_a_framework_that_a_region_lacks_is_a_problem_there(checkout: Path) -> None:
    run("new", "churn")

    result = run("validate", "churn", "--region", "mars-north-1")

    assert "AWS has no image of sklearn in region 'mars-north-1'; known: " in result.stderr


def test_show_tells_what_a_user_needs(checkout: Path) -> None:
    run("new", "churn")

    shown = run("show", "churn").stdout

    assert "regularisation = 1.0: Strength of the penalty on large weights." in shown
    assert "0.8 <= validation:accuracy" in shown
    assert answer("show", "churn")["manifest"]["train"]["gate"] == {
        "metric": "validation:accuracy",
        "minimum": 0.8,
    }


def test_text_of_a_manifest_is_no_markup(checkout: Path) -> None:
    run("new", "churn")
    manifest = checkout / "algorithms/churn/algorithm.yaml"
    manifest.write_text(manifest.read_text().replace("Logistic regression", "Churn [/red] [v2]"))

    assert "Churn [/red] [v2]" in run("list").stdout
    assert "Churn [/red] [v2]" in run("show", "churn").stdout


def test_an_unknown_name_says_where_it_was_looked_for(checkout: Path) -> None:
    result = run("show", "chrun")

    assert result.exit_code == 1
    assert result.stderr.startswith("error: no algorithm 'chrun': ")


def test_an_empty_checkout_says_what_to_do(checkout: Path) -> None:
    assert checkout.is_dir()
    assert run("list").stderr == "No algorithms: make one with `trainwright algorithms new NAME`.\n"
    assert answer("list") == []


def test_the_list_counts_the_problems_of_an_algorithm(checkout: Path) -> None:
    run("new", "churn")
    run("new", "fraud")
    (checkout / "algorithms/fraud/algorithm.yaml").write_text("name: [")

    churn, fraud = answer("list")

    assert churn["capabilities"] == ["train", "infer"]
    assert fraud["problems"][0]["message"].startswith("is no YAML: line 1, column 8: ")
    assert "problems: 1" in run("list").stdout


def test_registered_versions_are_read_from_the_parameters_of_the_stack() -> None:
    pages = [
        {
            "Parameters": [
                {
                    "Name": "/demo/algorithms/churn/manifest",
                    "Value": "s3://bucket/algorithms/churn/0123456789ab/algorithm.json",
                },
                {"Name": "/demo/algorithms/churn/source", "Value": "s3://bucket/x/y/z"},
            ]
        },
        {
            "Parameters": [
                {
                    "Name": "/demo/algorithms/fraud/manifest",
                    "Value": "s3://bucket/algorithms/fraud/ba9876543210/algorithm.json",
                }
            ]
        },
    ]
    asked: list[dict[str, Any]] = []

    def paginate(**request: Any) -> list[dict[str, Any]]:
        asked.append(request)
        return pages

    client = SimpleNamespace(get_paginator=lambda _: SimpleNamespace(paginate=paginate))
    cloud: Any = SimpleNamespace(ssm=client, stack_name="demo")

    versions = registered.registered_versions(cloud)

    assert versions == {"churn": "0123456789ab", "fraud": "ba9876543210"}
    assert asked == [{"Path": "/demo/algorithms/", "Recursive": True}]


def test_the_list_has_what_is_registered_beside_what_is_here(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert checkout.is_dir()
    run("new", "churn")
    versions = {"churn": "0123456789ab", "fraud": "ba9876543210"}
    monkeypatch.setattr(registered, "registered_versions", lambda _: versions)

    rows = answer("list", "--registered")

    assert [(row["name"], row["registered"]) for row in rows] == list(versions.items())
    assert rows[1]["folder"] is None
