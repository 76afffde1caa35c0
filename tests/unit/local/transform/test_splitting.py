"""Objects split into records, and records grouped into payloads."""

import io

import pytest

from tests.unit.local.transform.formats import MAGIC, a_recordio_part, a_tfrecord
from trainwright_local.sagemaker.transform.payloads import (
    MEGABYTE,
    PayloadError,
    check_size,
    payloads,
)
from trainwright_local.sagemaker.transform.splitting import (
    SPLITTERS,
    Split,
    SplitError,
    masked_crc32c,
)


def split(kind: str, data: bytes) -> list[bytes]:
    return [record.holds for record in SPLITTERS[kind](io.BytesIO(data))]


def test_lines_end_with_newlines_and_empty_ones_are_no_records() -> None:
    assert split("Line", b"1,2\r\n\n3,4\n5,6") == [b"1,2", b"3,4", b"5,6"]
    assert split("Line", b"") == []


def test_what_frames_a_record_is_kept_beside_it() -> None:
    [first, second] = SPLITTERS["Line"](io.BytesIO(b"1,2\r\n3,4\n"))

    assert (first.framed, second.framed) == (b"1,2\r\n", b"3,4\n")


def test_recordio_is_padded_to_words() -> None:
    data = a_recordio_part(0, b"abcde") + a_recordio_part(0, b"") + a_recordio_part(0, b"four")

    assert split("RecordIO", data) == [b"abcde", b"", b"four"]
    assert b"".join(record.framed for record in SPLITTERS["RecordIO"](io.BytesIO(data))) == data


def test_a_recordio_record_in_parts_has_the_magic_number_at_its_seams() -> None:
    data = (
        a_recordio_part(1, b"head")
        + a_recordio_part(2, b"body")
        + a_recordio_part(3, b"tail")
        + a_recordio_part(0, b"next")
    )

    assert split("RecordIO", data) == [b"head" + MAGIC + b"body" + MAGIC + b"tail", b"next"]


@pytest.mark.parametrize(
    "data",
    [
        b"1,2,3\n4,5,6\n",
        a_recordio_part(0, b"abcde")[:-1],
        a_recordio_part(0, b"abcde") + MAGIC,
        a_recordio_part(1, b"head"),
        a_recordio_part(1, b"head") + a_recordio_part(0, b"next"),
        a_recordio_part(3, b"tail"),
    ],
)
def test_what_is_not_recordio_is_an_error(data: bytes) -> None:
    with pytest.raises(SplitError):
        split("RecordIO", data)


def test_the_checksum_of_tfrecord_is_that_of_tensorflow() -> None:
    # The CRC-32C of RFC 3720, B.4, and the mask of tensorflow/core/lib/hash/crc32c.h
    crc = 0x8A9136AA
    assert masked_crc32c(bytes(32)) == ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def test_tfrecords_are_split_by_their_lengths() -> None:
    assert split("TFRecord", a_tfrecord(b"one") + a_tfrecord(b"")) == [b"one", b""]


@pytest.mark.parametrize(
    "data",
    [
        a_tfrecord(b"one")[:-1],
        a_tfrecord(b"one")[:7],
        a_tfrecord(b"one").replace(b"one", b"two"),
        b"\x09" + a_tfrecord(b"one")[1:],
    ],
)
def test_a_tfrecord_that_is_cut_or_corrupted_is_an_error(data: bytes) -> None:
    with pytest.raises(SplitError):
        split("TFRecord", data)


def test_several_records_are_sent_with_their_framing_up_to_the_limit() -> None:
    third = b"x" * (MEGABYTE // 3 - 1)
    splits = [Split(third, third + b"\n")] * 4

    first, second = payloads(splits, single=False, megabytes=1)

    assert first.records == (third, third, third)
    assert first.body == (third + b"\n") * 3
    assert second.body == third + b"\n"


def test_one_record_is_sent_without_its_framing() -> None:
    splits = SPLITTERS["Line"](io.BytesIO(b"1,2\n3,4\n"))

    assert [p.body for p in payloads(splits, single=True, megabytes=6)] == [b"1,2", b"3,4"]


def test_without_a_limit_all_records_are_one_payload() -> None:
    large = b"x" * (8 * MEGABYTE)

    [payload] = payloads([Split(large, large)] * 2, single=False, megabytes=0)

    assert len(payload.body) == 16 * MEGABYTE


def test_a_record_beyond_the_limit_is_an_error() -> None:
    large = b"x" * (MEGABYTE + 1)

    with pytest.raises(PayloadError, match=r"1048577 bytes is larger than MaxPayloadInMB=1"):
        list(payloads([Split(large, large)], single=True, megabytes=1))
    with pytest.raises(PayloadError, match="SplitType"):
        check_size(len(large), 1)
    check_size(len(large), 0)
    check_size(MEGABYTE, 1)
