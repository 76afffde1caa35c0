"""A server with the short way before an application that answers by its name: "the long way"."""

import asyncio
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Self

import uvloop
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.unit.local.express.model import HOST, Model
from tests.unit.local.serving.live import until
from trainwright_local.cloud.http_server import HttpServer
from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.config import SageMakerConfig
from trainwright_local.sagemaker.endpoints.errors import NotServedError
from trainwright_local.sagemaker.endpoints.fleet import Endpoints
from trainwright_local.sagemaker.endpoints.hosts import Line
from trainwright_local.sagemaker.endpoints.meters import Meter
from trainwright_local.sagemaker.endpoints.wires import Wires
from trainwright_local.sagemaker.express.protocol import protocol_of
from trainwright_local.sagemaker.service import SageMakerService

ACCOUNT, REGION, ENDPOINT = "000000000000", "us-east-1", "churn"
LONG_WAY = b"the long way"


@dataclass
class Instance:
    """Counts who is inside."""

    line: Line | None
    inside: int = 0

    def leave(self) -> None:
        self.inside -= 1


@dataclass
class Traffic:
    """One variant with one instance."""

    instance: Instance
    meter: Meter
    target: dict[str, Any] = field(default_factory=dict)

    def enter(self, variant: str | None) -> tuple[Any, Instance]:
        if variant not in (None, "all"):
            raise NotServedError
        self.instance.inside += 1
        return SimpleNamespace(name="all", count=1, meter=self.meter), self.instance


class Front:
    """The server, on a thread of its own."""

    def __init__(self, config: SageMakerConfig, model: Model) -> None:
        service = SageMakerService(config, lambda _: None)
        self.wires = Wires(HOST, model.port)
        self.instance = Instance(Line(self.wires, "container_1"))
        context = Context(ACCOUNT, REGION, service)
        self.meter = Meter(ENDPOINT, "all", context, asynchronous=False)
        self.traffic = Traffic(self.instance, self.meter)
        endpoints: Any = service.part(Endpoints)
        endpoints._serving[ACCOUNT, REGION, ENDPOINT] = self.traffic
        self._server = HttpServer(_long_way, protocol=protocol_of(service))
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self.port: int = probe.getsockname()[1]
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        until(lambda: self._server.started)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()
        self._thread.join()

    def connect(self) -> socket.socket:
        connection = socket.create_connection((HOST, self.port))
        connection.settimeout(30)
        return connection

    def ask(self, *requests: bytes) -> list[tuple[int, dict[str, str], bytes]]:
        """Send *requests* at once; status, headers and body of each answer."""
        with self.connect() as connection:
            connection.sendall(b"".join(requests))
            with connection.makefile("rb") as answers:
                return [read_answer(answers) for _ in requests]

    def _run(self) -> None:
        async def serve() -> None:
            await self._server.run_on(self.port)
            self.wires.close()
            await asyncio.sleep(0.01)

        asyncio.run(serve(), loop_factory=uvloop.new_event_loop)


def signed(
    body: bytes = b"[1.5]",
    *,
    path: str = f"/endpoints/{ENDPOINT}/invocations",
    keys: Credentials | None = None,
    region: str = REGION,
    service: str = "sagemaker",
    alter: Callable[[bytes], bytes] = bytes,
    **headers: str,
) -> bytes:
    """Write a signed request, altered after it was signed."""
    keys = keys or Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    request = AWSRequest("POST", f"http://{HOST}{path}", {"Host": HOST, **given}, body)
    SigV4Auth(keys, service, region).add_auth(request)
    fields = {**dict(request.headers.items()), "Content-Length": str(len(body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return alter(f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + body)


def read_answer(file: Any) -> tuple[int, dict[str, str], bytes]:
    status = int(file.readline().split()[1])
    headers = {}
    while (line := file.readline().decode().strip()) != "":
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return status, headers, file.read(int(headers["content-length"]))


async def _long_way(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        for event in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{event}.complete"})
        return
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-length", str(len(LONG_WAY)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": LONG_WAY})
