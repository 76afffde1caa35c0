"""The JSONPath of filters, with the examples of AWS's page on data processing."""

from typing import Any

import pytest

from trainwright_local.sagemaker.transform.paths import PathError, parse

RECORD = {"id": 7, "features": [1, 2, 3], "more": {"a": 1, "b": 2}, "SageMakerOutput": {"label": 1}}
ROW = ["id", "a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("path", "selected"),
    [
        ("$", RECORD),
        ("$.id", 7),
        ("$['id']", 7),
        ("$.features", [1, 2, 3]),
        ("$.features[1]", 2),
        ("$.more.*", [1, 2]),
        ("$.more[*]", [1, 2]),
        ("$['id','SageMakerOutput']", {"id": 7, "SageMakerOutput": {"label": 1}}),
        ("$['SageMakerOutput'].label", 1),
        ("$.more.['a','b']", {"a": 1, "b": 2}),
    ],
)
def test_a_path_selects_of_an_object(path: str, selected: Any) -> None:
    assert parse(path).select(RECORD) == selected


@pytest.mark.parametrize(
    ("path", "selected"),
    [
        ("$", ROW),
        ("$[1]", "a"),
        ("$[-1]", "e"),
        ("$[1,3,5]", ["a", "c", "e"]),
        ("$[0,-1]", ["id", "e"]),
        ("$[1:]", ["a", "b", "c", "d", "e"]),
        ("$[1:4]", ["a", "b", "c", "d"]),  # "the second through fifth columns"
        ("$[:5]", ROW),  # "from the first column through the sixth column"
        ("$[:-1]", ROW),
        ("$[-2:]", ["d", "e"]),
        ("$[0,4:]", ["id", "d", "e"]),
    ],
)
def test_a_path_selects_of_a_row_by_indexes(path: str, selected: Any) -> None:
    assert parse(path).select(ROW) == selected


@pytest.mark.parametrize(
    "path", ["", "id", "$id", "$.", "$..id", "$[?(@.a)]", "$['a','b.c]", "$[1", "$[,]", "$[1:2:3]"]
)
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(PathError, match="Invalid JsonPath"):
        parse(path)


def test_there_is_one_range_at_most() -> None:
    with pytest.raises(PathError, match=r"Format \[0:2,246:\] is not supported"):
        parse("$[0:2,246:]")


@pytest.mark.parametrize(
    ("path", "value"),
    [("$.age", RECORD), ("$['id','age']", RECORD), ("$[6]", ROW), ("$.id", ROW), ("$[0]", RECORD)],
)
def test_what_is_not_there_is_an_error(path: str, value: Any) -> None:
    with pytest.raises(PathError):
        parse(path).select(value)
