"""Lambda's execution environments: how quickly one is made, and when it is ended.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

import hashlib
import io
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from trainwright_local.cloud.repairs import lambda_worker

IDLE_SECONDS = 60.0

_making: ContextVar[bool] = ContextVar("making a Python environment", default=False)
_unpacking = threading.Lock()


def end_idle_environments() -> None:
    """End an environment that has been idle for a while, as AWS does.

    MiniStack keeps one of each function for ever: 45 MB each, more than the rest of the cloud.
    """

    def reap(ttl: float = IDLE_SECONDS) -> int:
        longest = time.time() - ttl
        with lambda_runtime._lock:
            pools = lambda_runtime._workers
            idle = {
                id(worker): worker
                for pool in pools.values()
                for worker in pool
                if not worker.in_use and worker.last_used < longest
            }
            for key, pool in list(pools.items()):
                pools[key] = [worker for worker in pool if id(worker) not in idle]
                if not pools[key]:
                    del pools[key]
        lambda_runtime.kill_workers(idle.values())
        return len(idle)

    lambda_runtime.reap_idle_workers = reap
    lambda_svc.reap_idle_workers = reap


def share_layers_between_environments() -> None:
    """Unpack a layer once for all environments, so that Python compiles its modules once.

    MiniStack unpacks it again for each, which makes every cold start the first of all.
    """
    spawn = lambda_runtime.Worker._spawn
    content_of = lambda_svc._resolve_layer_zip

    def spawn_with_shared_layers(self: Any) -> None:
        with _made(python=str(self.config.get("Runtime", "")).startswith("python")):
            spawn(self)

    def pointer_to_content(attachment: Any) -> bytes | None:
        content = content_of(attachment)
        return _pointer(_unpacked(content)) if content and _making.get() else content

    lambda_runtime.Worker._spawn = spawn_with_shared_layers
    lambda_svc._resolve_layer_zip = pointer_to_content


@contextmanager
def _made(*, python: bool) -> Iterator[None]:
    token = _making.set(python)
    try:
        yield
    finally:
        _making.reset(token)


def _unpacked(content: bytes) -> Path:
    """Return the folder with a layer's content, known by its hash."""
    folder = Path(gettempdir()) / "layers" / hashlib.sha256(content).hexdigest()
    with _unpacking:
        if not folder.exists():
            unfinished = folder.with_suffix(".unfinished")
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                archive.extractall(unfinished)
            unfinished.rename(folder)
    return folder


def _pointer(folder: Path) -> bytes:
    """Return an archive that says, in a layer's place, where its content is."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(lambda_worker.LAYER_POINTER, str(folder))
    return archive.getvalue()
