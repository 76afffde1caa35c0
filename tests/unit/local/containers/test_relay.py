"""The second address of a cloud."""

import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from trainwright_local.sagemaker.containers.relay import Relay

BODY = b"x" * 3_000_000
"""More than fits into any buffer on the way."""


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def relay() -> Iterator[Relay]:
    cloud = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=cloud.serve_forever, daemon=True).start()
    relay = Relay("127.0.0.1", f"http://127.0.0.1:{cloud.server_port}")
    yield relay
    relay.close()
    cloud.shutdown()
    cloud.server_close()


def connection(relay: Relay) -> http.client.HTTPConnection:
    place = urlsplit(relay.url)
    return http.client.HTTPConnection(place.hostname or "", place.port, timeout=20)


def asked(through: http.client.HTTPConnection, body: bytes) -> bytes:
    through.request("POST", "/", body)
    return through.getresponse().read()


def test_it_hands_on_both_ways_again_and_again(relay: Relay) -> None:
    first, second = connection(relay), connection(relay)

    assert asked(first, BODY) == BODY
    assert asked(second, b"two") == b"two"
    assert asked(first, b"again") == b"again"
    first.close()
    second.close()


def test_it_is_gone_when_it_is_closed(relay: Relay) -> None:
    relay.close()

    with pytest.raises(ConnectionRefusedError):
        asked(connection(relay), b"")
