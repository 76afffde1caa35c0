"""Which requests are plain: read whole, or not at all."""

import pytest

from trainwright_local.sagemaker.express.requests import IncompleteError, PlainRequest, read

PLAIN = (
    b"POST /endpoints/churn-1/invocations HTTP/1.1\r\n"
    b"Host: 127.0.0.1:4577\r\n"
    b"User-Agent:  Boto3/1.43  md/x#1 \r\n"
    b"Content-Length: 5\r\n"
    b"X-Empty:\r\n"
    b"\r\n"
    b"[1.5]"
)


def test_a_plain_request_is_read_word_for_word() -> None:
    assert read(PLAIN) == PlainRequest(
        "/endpoints/churn-1/invocations",
        "churn-1",
        {
            "host": "127.0.0.1:4577",
            "user-agent": "Boto3/1.43  md/x#1",
            "content-length": "5",
            "x-empty": "",
        },
        b"[1.5]",
    )


def test_every_beginning_of_it_is_incomplete() -> None:
    for length in range(len(PLAIN)):
        with pytest.raises(IncompleteError):
            read(PLAIN[:length])


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        (b"churn-1", b"churn%2D1"),
        (b"churn-1", b"churn_1"),
        (b"invocations", b"invocations?a=b"),
        (b"invocations", b"invocations-response-stream"),
        (b"invocations", b"async-invocations"),
        (b"HTTP/1.1", b"HTTP/1.0"),
        (b"X-Empty:", b"Host: b"),
        (b"X-Empty:", b"X-Empty"),
        (b"X-Empty:", b"X-Empty :"),
        (b"X-Empty:", b" folded: x"),
        (b"X-Empty:", b"X-Empty: \xc3\xa4"),
        (b"X-Empty:", b"X-Empty: \x00"),
        (b"X-Empty:", b"X-Empty: a\rb"),
        (b"X-Empty:", b"X-Empty: a\nHost: b"),
        (b"X-Empty:", b"Transfer-Encoding: chunked"),
        (b"X-Empty:", b"Content-Encoding: gzip"),
        (b"X-Empty:", b"Expect: 100-continue"),
        (b"X-Empty:", b"Upgrade: h2c"),
        (b"X-Empty:", b"Connection: close"),
        (b"Content-Length: 5", b"X: 5"),
        (b"Content-Length: 5", b"Content-Length: 4"),
        (b"Content-Length: 5", b"Content-Length: +5"),
        (b"Content-Length: 5", b"Content-Length: 100001"),
        (b"X-Empty:", b"X-Empty: " + b"a" * 20_000),
    ],
)
def test_what_is_out_of_the_ordinary_is_not_plain(written: bytes, instead: bytes) -> None:
    assert read(PLAIN.replace(written, instead)) is None


def test_a_head_without_end_is_not_waited_for() -> None:
    assert read(b"POST /endpoints/" + b"a" * 20_000) is None
