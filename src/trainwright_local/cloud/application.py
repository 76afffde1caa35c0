"""The running cloud: MiniStack's ASGI application, repaired, with our SageMaker, on loopback.

To be imported once the process has its environment (`server` sees to that).
"""

import asyncio
import gc
import logging
import os
import resource
import signal
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvloop
from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable, Scope
from ministack import app as ministack
from ministack.core import lambda_runtime

from trainwright_local.cloud import access_log, record, sdk_settings
from trainwright_local.cloud.environment import ACCOUNT
from trainwright_local.cloud.http_server import HttpServer
from trainwright_local.cloud.record import CloudInfo
from trainwright_local.cloud.snapshots import Snapshots
from trainwright_local.sagemaker.config import SageMakerConfig
from trainwright_local.sagemaker.express.protocol import protocol_of
from trainwright_local.sagemaker.front import with_invocations
from trainwright_local.sagemaker.mount import install
from trainwright_local.sagemaker.service import SageMakerService

logger = logging.getLogger(__name__)


def run(
    info: CloudInfo,
    state_dir: Path,
    cache_dir: Path,
    settings: Mapping[str, Any],
    requests: Path | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, then end all that was started; log to the file *requests*."""
    _raise_descriptor_limit()
    config = SageMakerConfig(state_dir / "sagemaker", cache_dir, info.endpoint_url)
    sagemaker = install(replace(config, **settings))
    record.write(state_dir, info)
    asyncio.run(_serve(info.port, sagemaker, requests), loop_factory=uvloop.new_event_loop)
    lambda_runtime.reset()
    (state_dir / record.FILE_NAME).unlink(missing_ok=True)
    logging.shutdown()
    # Threads of waiting executions still run; nothing of theirs is worth waiting for.
    os._exit(0)


def describe(state_dir: Path, port: int, region: str, log_file: Path | None) -> CloudInfo:
    """Return what this process will be to its users."""
    return CloudInfo(
        endpoint_url=f"http://127.0.0.1:{port}",
        port=port,
        region=region,
        account=ACCOUNT,
        access_key_id=os.environ["AWS_ACCESS_KEY_ID"],
        secret_access_key=os.environ["AWS_SECRET_ACCESS_KEY"],
        pid=os.getpid(),
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        log_file=str(log_file or ""),
        sdk_settings=str(sdk_settings.write(state_dir, region, ACCOUNT)),
    )


async def _serve(port: int, sagemaker: SageMakerService, requests: Path | None) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    snapshots = Snapshots()
    saving = asyncio.create_task(snapshots.run())

    async def answer(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        try:
            await _without_admin(scope, receive, send)
        finally:
            snapshots.notice(scope)

    # Invocations change nothing, and are not to wait for what was changed to be saved.
    routed = with_invocations(sagemaker, answer)
    if requests:  # what is to be logged goes one way
        server = HttpServer(access_log.logged(routed, requests), _collect_from_now_on)
    else:
        server = HttpServer(routed, _collect_from_now_on, protocol_of(sagemaker))

    async def stop_in_order() -> None:
        await stop.wait()
        saving.cancel()
        # While the cloud still answers: an ending job may have to write its log.
        await asyncio.to_thread(sagemaker.close)
        server.stop()

    stopping = asyncio.create_task(stop_in_order())
    await server.run_on(port)
    stopping.cancel()


def _collect_from_now_on() -> None:
    """Look for garbage, but not in what was imported: to look through that takes 0.1 s."""
    gc.freeze()
    gc.enable()


async def _without_admin(
    scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
) -> None:
    """Refuse MiniStack's commands that need no credentials: any web page could send them."""
    if scope["type"] == "http" and scope["method"] != "GET" and scope["path"].startswith("/_"):
        await send({"type": "http.response.start", "status": 403, "headers": []})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        return
    await ministack.app(scope, receive, send)


def _raise_descriptor_limit() -> None:
    """Let a burst of connections not stop at the default of 1024 open files."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
