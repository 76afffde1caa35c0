"""Filters, order and pages, alike for every List operation."""

from typing import Any

import pytest

from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.api.listing import page

RECORDS: list[dict[str, Any]] = [
    {"Name": "alpha", "State": "Failed", "CreationTime": 3.0, "LastModifiedTime": 9.0},
    {"Name": "beta", "State": "Completed", "CreationTime": 1.0, "LastModifiedTime": 8.0},
    {"Name": "Alphabet", "State": "Completed", "CreationTime": 2.0, "LastModifiedTime": 7.0},
]


def names(request: dict[str, Any], **options: Any) -> list[str]:
    records, _ = page(request, RECORDS, name="Name", status="State", **options)
    return [record["Name"] for record in records]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({}, ["beta", "Alphabet", "alpha"]),
        ({"SortBy": "Name"}, ["Alphabet", "alpha", "beta"]),
        ({"SortOrder": "Descending"}, ["alpha", "Alphabet", "beta"]),
        ({"SortBy": "Status"}, ["Alphabet", "beta", "alpha"]),
        ({"NameContains": "alph"}, ["Alphabet", "alpha"]),
        ({"StatusEquals": "Completed"}, ["beta", "Alphabet"]),
        ({"CreationTimeAfter": 1.5, "CreationTimeBefore": 2.5}, ["Alphabet"]),
        ({"LastModifiedTimeAfter": 7.5}, ["beta", "alpha"]),
        ({"NameContains": "gamma"}, []),
    ],
)
def test_a_request_chooses_and_sorts(request_: dict[str, Any], expected: list[str]) -> None:
    assert names(request_) == expected


def test_an_operation_may_sort_the_other_way_by_default() -> None:
    assert names({}, order="Descending") == ["alpha", "Alphabet", "beta"]


def test_pages_hold_every_record_once() -> None:
    first, more = page({"MaxResults": 2}, RECORDS, name="Name")
    second, end = page({"MaxResults": 2, **more}, RECORDS, name="Name")

    assert [record["Name"] for record in first + second] == ["beta", "Alphabet", "alpha"]
    assert end == {}


def test_a_token_belongs_to_its_filters() -> None:
    _, more = page({"MaxResults": 1}, RECORDS, name="Name")

    with pytest.raises(ValidationException, match="other filters"):
        page({"MaxResults": 1, "NameContains": "a", **more}, RECORDS, name="Name")


@pytest.mark.parametrize("token", ["nonsense", "bm9uc2Vuc2U=", "e30=", "NQ==", "ä"])
def test_a_token_that_nobody_gave_is_refused(token: str) -> None:
    with pytest.raises(ValidationException, match="NextToken"):
        page({"NextToken": token}, RECORDS, name="Name")
