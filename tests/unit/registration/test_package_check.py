"""Each rule about the files of an algorithm, by a package that breaks it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.registration.builders import a_manifest, a_package
from trainwright.logic.images import known_frameworks
from trainwright.logic.package_check import check_package
from trainwright.models.message import Problem

FRAMEWORKS = ", ".join(known_frameworks())


def problems_of(files: dict[str, bytes]) -> list[str]:
    problems: list[Problem] = []
    check_package("median", files, "eu-west-1", problems)
    return [str(problem) for problem in problems]


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, bytes]:
    manifest = a_manifest()
    change(manifest)
    return a_package(manifest)


def test_the_builders_algorithm_has_no_problem() -> None:
    assert problems_of(a_package()) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name: [", "algorithm.yaml: is no YAML: line 1, column 8: "),
        ("name: a\nname: b\n", "algorithm.yaml: is no YAML: line 2, column 1: the key 'name' is"),
        ("a: &x 1\nb: *x\n", "algorithm.yaml: is no YAML: line 2, column 4: aliases (*name) are"),
        ("a: !!python/object:os.system {}", "algorithm.yaml: is no YAML: line 1, column 4: could"),
        ("a: \x00", "algorithm.yaml: is no YAML: unacceptable character"),
        ("[" * 3000, "algorithm.yaml: is no YAML: "),
        ("just words", "(whole): Input should be a valid dictionary"),
    ],
)
def test_a_manifest_that_cannot_be_read_says_where(text: str, sentence: str) -> None:
    (problem,) = problems_of(a_package(text))

    assert problem.startswith(sentence)


def test_a_manifest_that_is_not_utf_8_is_refused() -> None:
    files = a_package() | {"algorithm.yaml": "title: Médian".encode("latin-1")}

    assert problems_of(files) == ["algorithm.yaml: is not UTF-8: invalid continuation byte"]


def test_a_packed_folder_in_the_folder_is_recognised() -> None:
    files = {f"median/{path}": body for path, body in a_package().items()}

    (problem,) = problems_of(files)

    assert problem.startswith("algorithm.yaml: is missing; there is median/algorithm.yaml: the")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda m: m.update(name="mean"),
            "name: must be 'median', as the folder is called; is 'mean'",
        ),
        (
            lambda m: m["train"].update(entry_point="learn.py"),
            "train.entry_point: 'learn.py' is not in the folder",
        ),
        (
            lambda m: m["infer"].update(entry_point="smoke/rows.csv"),
            "infer.entry_point: 'smoke/rows.csv' is no Python script",
        ),
        (
            lambda m: m["infer"]["smoke_tests"][0].update(file="smoke/none.csv"),
            "infer.smoke_tests.0.file: 'smoke/none.csv' is not in the folder",
        ),
        (
            lambda m: m["infer"]["smoke_tests"][0].update(content_type="text/html"),
            "infer.smoke_tests.0.content_type: 'text/html' is none of ['text/csv']",
        ),
        (
            lambda m: m["infer"]["smoke_tests"].extend(a_manifest()["infer"]["smoke_tests"]),
            "infer.smoke_tests.1.name: 'two rows' is the name of two tests",
        ),
        (
            lambda m: m["train"]["hyperparameters"]["seed"].update(default="one"),
            "train.hyperparameters.seed: default must be an integer, is 'one'",
        ),
        (
            lambda m: m["train"]["metrics"][0].update(regex="mae="),
            "train.metrics.0.regex: needs exactly one group around the number, has 0",
        ),
        (lambda m: m.update(colour="red"), "colour: Extra inputs are not permitted"),
        (
            lambda m: m["framework"].update(name="torch"),
            f"framework: AWS has no image of framework 'torch'; known: {FRAMEWORKS}",
        ),
    ],
)
def test_a_broken_rule_is_named_with_its_field(
    change: Callable[[dict[str, Any]], object], sentence: str
) -> None:
    assert problems_of(changed(change)) == [sentence]


def test_rows_of_a_channel_that_is_none_are_refused() -> None:
    def change(manifest: dict[str, Any]) -> None:
        test = manifest["infer"]["smoke_tests"][0]
        del test["file"]
        test["rows"] = {"channel": "holdout", "lines": 2}

    assert problems_of(changed(change)) == [
        "infer.smoke_tests.0.rows.channel: 'holdout' is none of the channels ['train']"
    ]


@pytest.mark.parametrize(
    ("schema", "sentence"),
    [
        ({"type": "arry"}, "is no JSON Schema: Unknown type"),
        ({"properties": 3}, "is no JSON Schema: "),
        ({"pattern": "("}, "is no JSON Schema: "),
        ({"items": [{"$ref": "file:///etc/passwd"}]}, "$ref must begin with '#', is 'file:///"),
    ],
)
def test_a_schema_that_is_none_is_refused(schema: dict[str, Any], sentence: str) -> None:
    def change(manifest: dict[str, Any]) -> None:
        manifest["infer"]["smoke_tests"][0]["expect"]["json_schema"] = schema

    (problem,) = problems_of(changed(change))

    assert problem.startswith(f"infer.smoke_tests.0.expect.json_schema: {sentence}")


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (b"x =\n", "'train.py' does not compile: line 1: invalid syntax"),
        (b"x = 1\n  y = 2\n", "'train.py' does not compile: line 2: unexpected indent"),
        (b"\x00", "'train.py' does not compile: "),
        (b"(" * 100_000, "'train.py' does not compile: "),
    ],
)
def test_a_script_that_python_cannot_read_is_refused(script: bytes, sentence: str) -> None:
    (problem,) = problems_of(a_package(train_py=script))

    assert problem.startswith(f"train.entry_point: {sentence}")


def test_requirements_must_bring_what_they_include() -> None:
    files = a_package() | {
        "requirements.txt": b"numpy\n-r base.txt\n--constraint pins/all.txt\n",
        "base.txt": b"",
    }

    assert problems_of(files) == ["requirements.txt: includes 'pins/all.txt', which is not there"]
