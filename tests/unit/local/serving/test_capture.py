"""What of a request and its answer is captured, and in which form."""

from typing import Any

import pytest

from trainwright_local.sagemaker.endpoints.capture import _line

BOTH = [{"CaptureMode": "InputAndOutput"}]


def a_line(content_type: str | None, body: bytes, **config: Any) -> dict[str, Any]:
    answered = {"ContentType": "application/json", "Body": b"[1]"}
    request = {"EndpointName": "e", "Body": body, "ContentType": content_type}
    return _line({"CaptureOptions": BOTH} | config, request, answered)


@pytest.mark.parametrize(
    ("content_type", "body", "encoding", "data"),
    [
        ("text/csv", b"1,2", "CSV", "1,2"),
        ("application/json; charset=utf-8", b"[1]", "JSON", "[1]"),
        ("application/x-npy", b"\x93NUMPY", "BASE64", "k05VTVBZ"),
        (None, b"hi", "BASE64", "aGk="),
    ],
)
def test_what_is_known_to_be_text_is_text(
    content_type: str | None, body: bytes, encoding: str, data: str
) -> None:
    captured = a_line(content_type, body)["captureData"]["endpointInput"]

    assert (captured["encoding"], captured["data"]) == (encoding, data)


def test_which_types_are_text_can_be_said() -> None:
    headers = {"CsvContentTypes": ["text/tab"], "JsonContentTypes": ["text/json"]}

    data = a_line("text/tab", b"a\tb", CaptureContentTypeHeader=headers)["captureData"]

    assert data["endpointInput"]["encoding"] == "CSV"
    assert data["endpointOutput"]["encoding"] == "BASE64"


@pytest.mark.parametrize(
    ("mode", "captured"), [("Input", ["endpointInput"]), ("Output", ["endpointOutput"])]
)
def test_one_side_alone_may_be_captured(mode: str, captured: list[str]) -> None:
    data = a_line("text/csv", b"1", CaptureOptions=[{"CaptureMode": mode}])["captureData"]

    assert list(data) == captured
