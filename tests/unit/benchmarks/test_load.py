"""Requests as the load writes them, and where it sees an answer end."""

import pytest

from benchmarks.load import is_whole, request


def test_a_request_says_how_long_it_is() -> None:
    written = request("/invocations", b"[[1]]", {"Authorization": "signed"}, port=80)

    head, _, body = written.partition(b"\r\n\r\n")
    assert head.splitlines()[0] == b"POST /invocations HTTP/1.1"
    assert {b"Host: 127.0.0.1:80", b"Authorization: signed", b"Content-Length: 5"} <= set(
        head.splitlines()
    )
    assert body == b"[[1]]"


@pytest.mark.parametrize(
    ("answer", "whole"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-len", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n[1", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n[1]", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[1]\r\n", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[1]\r\n0\r\n\r\n", True),
    ],
)
def test_an_answer_is_whole_with_its_last_byte(answer: bytes, whole: bool) -> None:
    assert is_whole(answer) == whole
