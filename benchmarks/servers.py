"""Servers of one model, each started as its documentation says, on one worker."""

import os
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.bench import ROOT, Bench, free_port
from benchmarks.local_sagemaker import IMAGE
from trainwright_local.cloud.environment import default_cache_dir
from trainwright_local.sagemaker import model_server
from trainwright_local.sagemaker.config import SageMakerConfig
from trainwright_local.sagemaker.environments import environment_for

CLASSIFIER = Path(__file__).parent / "classifier"
PATIENCE_SECONDS = 120.0
ASK_SECONDS = 0.1
_SILENT = {
    "DO_NOT_TRACK": "true",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "BENTOML_DO_NOT_TRACK": "True",
}


class Server:
    """A process that serves, with all of its children."""

    def __init__(self, pid: int, port: int) -> None:
        self.pid = pid
        self.port = port


@contextmanager
def bare(bench: Bench, model: Path) -> Iterator[Server]:
    """Serve by the model server that endpoints run, in their environment, with nothing before."""
    config = SageMakerConfig(bench.scratch, default_cache_dir(os.environ), endpoint_url="")
    python = environment_for(IMAGE, None, config).python
    base = bench.scratch / "bare"
    shutil.copytree(CLASSIFIER, base / "model" / "code")
    shutil.copy(model, base / "model")
    port = free_port()
    settings = {"SAGEMAKER_BASE_DIR": str(base), "SAGEMAKER_BIND_TO_PORT": str(port)}
    submit = {"SAGEMAKER_PROGRAM": "inference.py", "SAGEMAKER_SUBMIT_DIRECTORY": ""}
    program = Path(model_server.__file__).parent
    with _serving([python, program], port, "/ping", settings | submit, base) as server:
        yield server


@contextmanager
def mlflow(bench: Bench, model: Path) -> Iterator[Server]:
    """Serve by `mlflow models serve`, without an environment of its own for the model."""
    folder, port = bench.scratch / "mlflow", free_port()
    tools = ROOT / ".mlflow" / "bin"
    subprocess.run(
        [tools / "python", CLASSIFIER / "save_for_mlflow.py", model, folder],
        env=_environment(tools),
        check=True,
        capture_output=True,
    )
    where = ["--host", "127.0.0.1", "--port", str(port)]
    local = ["--env-manager", "local", "--workers", "1"]
    command = [str(tools / "mlflow"), "models", "serve", "--model-uri", str(folder), *where, *local]
    with _serving(command, port, "/ping", _environment(tools), bench.scratch) as server:
        yield server


@contextmanager
def bentoml(bench: Bench, model: Path) -> Iterator[Server]:
    """Serve by `bentoml serve`."""
    folder, port = bench.scratch / "bentoml", free_port()
    folder.mkdir()
    shutil.copy(CLASSIFIER / "bento.py", folder)
    shutil.copy(model, folder)
    tools = ROOT / ".bentoml" / "bin"
    where = ["--host", "127.0.0.1", "--port", str(port)]
    command = [str(tools / "bentoml"), "serve", "bento:Classifier", *where]
    with _serving(command, port, "/readyz", _environment(tools), folder) as server:
        yield server


def _environment(tools: Path) -> dict[str, str]:
    return {"PATH": f"{tools}{os.pathsep}{os.defpath}", **_SILENT}


@contextmanager
def _serving(
    command: Sequence[str | Path],
    port: int,
    health: str,
    environment: Mapping[str, str],
    folder: Path,
) -> Iterator[Server]:
    """Run a server until the end of the block, in a process group of its own."""
    log = folder / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={"HOME": str(folder), "LANG": "C.UTF-8", **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not _answers(port, health):
            assert process.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < deadline, log.read_text()[-2000:]
            time.sleep(ASK_SECONDS)
        yield Server(process.pid, port)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(PATIENCE_SECONDS)


def _answers(port: int, path: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
