"""From a process to a listening server and back: bind, load, serve, stop."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import sys
import traceback

import uvicorn

from .app import Answering, App
from .handlers import Handlers, imported
from .services import CustomService, is_service

HOST = "127.0.0.1"
PORT_TAKEN = 75
"""The exit code when another process has the port: the one failure worth another try elsewhere."""
_BACKLOG = 1024
_KEEP_ALIVE_SECONDS = 3600


def main() -> int:
    """Serve until SIGTERM; return the exit code."""
    level = os.environ.get("SAGEMAKER_CONTAINER_LOG_LEVEL", "20").upper()
    logging.basicConfig(
        level=int(level) if level.isdigit() else level,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stdout,
    )
    # While the model loads this is the stop; later uvicorn stops first and then raises it again.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    base = os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml")
    try:
        listener = _bind(int(os.environ.get("SAGEMAKER_BIND_TO_PORT", "8080")))
    except OSError as error:
        print(f"The model server cannot listen: {error}", flush=True)  # noqa: T201
        return PORT_TAKEN if error.errno == errno.EADDRINUSE else 1
    try:
        handlers = _load(os.path.join(base, "model"))  # noqa: PTH118 -- handlers expect a string
    except Exception:  # the boundary to the algorithm's code: without a model there is no server
        traceback.print_exc()
        print("The model could not be loaded.", flush=True)  # noqa: T201
        return 1
    server = uvicorn.Server(
        uvicorn.Config(
            App(handlers),
            lifespan="off",
            access_log=False,
            log_config=None,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        )
    )
    listener.listen(_BACKLOG)
    server.run(sockets=[listener])
    return 0


def _load(model_dir: str) -> Answering:
    """Load the model as the framework's image would, or an image of one's own."""
    contract = os.environ.get("MODEL_SERVER_CONTRACT")
    if contract == "tensorflow":
        from .tensorflow_handlers import TensorFlowHandlers  # noqa: PLC0415 - for that image alone

        return TensorFlowHandlers(model_dir)
    module = imported(model_dir)
    if module is not None and contract == "own" and is_service(module):
        return CustomService(module, model_dir)
    return Handlers(module, model_dir)


def _bind(port: int) -> socket.socket:
    """Take the port at once, but refuse connections until the model is there."""
    # With the protocol named, asyncio sets TCP_NODELAY; without, each answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((os.environ.get("SAGEMAKER_BIND_TO_HOST", HOST), port))
    return listener
