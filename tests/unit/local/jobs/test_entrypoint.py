"""The command of a request, as it is run here."""

from pathlib import Path

import pytest

from trainwright_local.sagemaker.jobs.entrypoint import entry_words, named_here

PYTHON = Path("/job/venv/bin/python")
ENV = ["/usr/bin/env", "--"]


@pytest.mark.parametrize(
    ("program", "here"),
    [
        ("python3", "python3"),
        ("/usr/bin/python3", str(PYTHON)),
        ("/miniconda3/bin/python", str(PYTHON)),
        ("/usr/local/bin/python3.11", str(PYTHON)),
        ("/bin/bash", "/bin/bash"),
        ("/opt/ml/code/python-like.sh", "/job/ml/code/python-like.sh"),
    ],
)
def test_an_interpreter_of_the_image_is_that_of_its_environment(program: str, here: str) -> None:
    specification = {"ContainerEntrypoint": [program, "-u"], "ContainerArguments": ["--a", "1"]}

    assert entry_words(specification, PYTHON, "/job/ml") == [*ENV, here, "-u", "--a", "1"]


@pytest.mark.parametrize(
    ("word", "here"),
    [
        ("/opt/ml/processing/in", "/job/processing/in"),
        ("--path=/opt/ml/model", "--path=/job/model"),
        ("file:///opt/ml/a:/opt/ml/b", "file:///job/a:/job/b"),
        ("/opt/ml", "/job"),
        ("/opt/mlflow", "/opt/mlflow"),
        ("/srv/opt/ml/a", "/srv/opt/ml/a"),
        ("s3://data/opt/ml/a", "s3://data/opt/ml/a"),
    ],
)
def test_only_paths_below_opt_ml_are_renamed(word: str, here: str) -> None:
    assert named_here(word, "/job") == here
