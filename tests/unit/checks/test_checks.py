"""A checks.yaml is read strictly: what is misspelt would otherwise check nothing."""

from pathlib import Path

import pytest

from tests.algorithms.checks import Checks, ChecksError, Reference, RefusedData, read_checks


def written(folder: Path, text: str) -> Path:
    (folder / "checks.yaml").write_text(text)
    return folder


def test_an_algorithm_without_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ChecksError, match=r"checks\.yaml is missing"):
        read_checks(tmp_path)


def test_every_misspelt_key_is_told_with_its_place(tmp_path: Path) -> None:
    text = """
environment: everyday
refused_request: []
metric: {name: "validation:accuracy", minimun: 0.9}
reference: [{name: a row, text: "1", content_type: text/csv, answer: {}, tolerence: 1}]
"""
    with pytest.raises(ChecksError) as caught:
        read_checks(written(tmp_path, text))

    for place in ("refused_request:", "metric.minimun:", "reference.0.tolerence:"):
        assert place in str(caught.value)


def test_a_group_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(ChecksError, match=r"environment: Input should be 'everyday', 'torch'"):
        read_checks(written(tmp_path, "environment: pytorch\n"))


def test_what_is_no_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ChecksError, match=r"is no YAML: line 3"):
        read_checks(written(tmp_path, "environment: torch\nmetric: {\n"))


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({}, "exactly one of 'text', 'file', 'sample' and 'base64'"),
        ({"text": "1", "file": "x.csv", "answer": 1}, "exactly one of"),
        ({"text": "1"}, "either 'answer' or 'answer_schema'"),
        ({"text": "1", "answer": 1, "answer_schema": {}}, "either 'answer' or 'answer_schema'"),
        ({"text": "1", "answer_schema": {}, "tolerance": 1}, "bounds belong into the schema"),
        ({"file": "../x.csv", "answer": 1}, "must be a path inside the folder"),
    ],
)
def test_a_reference_is_one_request_with_one_answer(
    given: dict[str, object], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        Reference.model_validate({"name": "a row", "content_type": "text/csv", **given})


def test_null_is_an_answer() -> None:
    given = {"name": "nothing", "content_type": "text/csv", "text": "", "answer": None}

    assert Reference.model_validate(given).answer is None


def test_a_body_is_a_text_a_file_of_either_folder_or_bytes(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("own")
    (tmp_path / "made").mkdir()
    (tmp_path / "made/image").write_text("made")
    bodies = [
        Reference.model_validate({"name": "x", "content_type": "x", "answer": 1, **given})
        for given in ({"text": "ü"}, {"file": "own"}, {"sample": "image"}, {"base64": "AAE="})
    ]

    found = [body.body(tmp_path, tmp_path / "made") for body in bodies]

    assert found == ["ü".encode(), b"own", b"made", b"\0\1"]


def test_refused_files_may_be_binary() -> None:
    given = {"name": "x", "channel": "train", "reason": "x"}
    files = {"data.csv": "a\n", "image.png": {"base64": "AAE="}}

    found = RefusedData.model_validate({**given, "files": files})

    assert found.contents == {"data.csv": b"a\n", "image.png": b"\0\1"}


def test_an_untried_algorithm_says_why_and_nothing_else() -> None:
    assert Checks.model_validate({"untried": "its framework no longer builds"}).untried

    with pytest.raises(ValueError, match=r"'untried' excludes \['environment'\]"):
        Checks.model_validate({"untried": "so", "environment": "torch"})
    with pytest.raises(ValueError, match="needs 'environment', or 'untried'"):
        Checks.model_validate({})


def test_a_picture_is_a_script_that_writes_a_png_unless_it_says_otherwise() -> None:
    given = {"environment": "torch"}
    drawn = {"script": "picture.py", "format": "svg"}
    found = [Checks.model_validate({**given, "picture": each}) for each in ("picture.py", drawn)]

    assert [each.picture and each.picture.format for each in found] == ["png", "svg"]
