"""Filters and joins, with the examples of AWS's page on data processing."""

from typing import Any

import pytest

from trainwright_local.sagemaker.transform.joining import DataProcessing, JoinError, format_of
from trainwright_local.sagemaker.transform.paths import PathError


def processing(media: str = "text/csv", *, split: bool = True, **asked: Any) -> DataProcessing:
    return DataProcessing(asked, format_of(media, split=split))


def test_by_default_the_inferences_are_all_there_is() -> None:
    nothing = processing(InputFilter="$", JoinSource="None", OutputFilter="$")

    assert not nothing.is_needed
    assert nothing.asked_of([b"1,2"], b"1,2\n") == b"1,2\n"
    assert nothing.kept_of([b"1,2"], b"any\x00thing") == b"any\x00thing"


def test_a_row_is_followed_by_its_inference() -> None:
    join = processing(JoinSource="Input")

    assert join.kept_of([b"1,2,3"], b"1") == b"1,2,3,1"
    assert join.kept_of([b"1,2", b"3,4"], b"5,6\n7,8\n") == b"1,2,5,6\n3,4,7,8"


def test_the_id_column_is_kept_from_the_model_and_in_the_output() -> None:
    join = processing(InputFilter="$[1:]", JoinSource="Input", OutputFilter="$[0,-1]")

    assert join.asked_of([b"id-1,2,3", b"id-2,4,5"], b"...") == b"2,3\n4,5\n"
    assert join.kept_of([b"id-1,2,3", b"id-2,4,5"], b"0.5\n0.7") == b"id-1,0.5\nid-2,0.7"


def test_cells_may_hold_commas_and_quotes() -> None:
    join = processing(InputFilter="$[1]", JoinSource="Input")
    row = b'"Doe, Jane","said ""no"""'

    assert join.asked_of([row], row) == b'"said ""no"""'
    assert join.kept_of([row], b"1") == b'"Doe, Jane","said ""no""",1'


def test_an_object_has_its_inference_as_an_attribute() -> None:
    join = processing("application/json", JoinSource="Input")

    assert join.kept_of([b'{"key": 1}'], b'{"label": 1}') == (
        b'{"key":1,"SageMakerOutput":{"label":1}}'
    )


def test_what_is_no_object_becomes_part_of_one() -> None:
    join = processing("application/json", JoinSource="Input")

    assert join.kept_of([b"[1, 2]"], b"3") == b'{"SageMakerInput":[1,2],"SageMakerOutput":3}'


def test_the_id_attribute_is_kept_from_the_model_and_in_the_output() -> None:
    join = processing(
        "application/jsonlines",
        InputFilter="$.features",
        JoinSource="Input",
        OutputFilter="$['id','SageMakerOutput']",
    )
    records = [b'{"id": 1, "features": [1, 2]}', b'{"id": 2, "features": [3, 4]}']

    assert join.asked_of(records, b"...") == b"[1,2]\n[3,4]\n"
    assert join.kept_of(records, b'{"p": 0.5}\n{"p": 0.7}\n') == (
        b'{"id":1,"SageMakerOutput":{"p":0.5}}\n{"id":2,"SageMakerOutput":{"p":0.7}}'
    )


def test_a_document_that_is_not_split_is_one_value_over_several_lines() -> None:
    join = processing("application/json", split=False, InputFilter="$.x", JoinSource="Input")
    document = b'{\n "x": [1],\n "name": "\xc3\xa9"\n}\n'

    assert join.asked_of([document], document) == b"[1]"
    assert join.kept_of([document], b"[\n 2\n]") == (
        '{"x":[1],"name":"é","SageMakerOutput":[2]}'.encode()
    )


def test_an_object_of_rows_that_is_not_split_is_taken_row_by_row() -> None:
    join = processing(split=False, InputFilter="$[1:]", JoinSource="Input")
    rows = b"a,1\n\nb,2\n"

    assert join.asked_of([rows], rows) == b"1\n2\n"
    assert join.kept_of([rows], b"3\n4\n") == b"a,1,3\nb,2,4"


def test_the_inference_alone_can_be_filtered() -> None:
    only = processing("application/json", OutputFilter="$.score")

    assert only.kept_of([b"1"], b'{"score": 0.5, "more": []}') == b"0.5"


@pytest.mark.parametrize(
    ("join", "records", "answer", "problem"),
    [
        (processing(JoinSource="Input"), [b"1", b"2"], b"1\n", "mismatched line count"),
        (processing(OutputFilter="$[3]"), [b"1"], b"1,2", r"\$\[3\] cannot be applied"),
        (processing("application/json", JoinSource="Input"), [b"{}"], b"<", "algorithm as JSON"),
        (processing(JoinSource="Input"), [b'1,"2'], b"1", "Failed to parse input as CSV"),
        (processing(JoinSource="Input"), [b"1"], b"\xff", "Failed to parse output from the"),
    ],
)
def test_what_cannot_be_joined_is_an_error(
    join: DataProcessing, records: list[bytes], answer: bytes, problem: str
) -> None:
    with pytest.raises(JoinError, match=problem):
        join.kept_of(records, answer)


def test_a_record_without_what_the_model_is_to_see_is_an_error() -> None:
    with pytest.raises(JoinError, match=r"\$\.features cannot be applied"):
        processing("application/json", InputFilter="$.features").asked_of([b'{"id": 1}'], b"")


def test_rows_have_no_names() -> None:
    with pytest.raises(JoinError, match="is no object"):
        processing(InputFilter="$.id").asked_of([b"1,2"], b"")


def test_a_filter_that_is_no_path_is_an_error() -> None:
    with pytest.raises(PathError, match="only single range filters"):
        processing(OutputFilter="$[0:2,5:]")
