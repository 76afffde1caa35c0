"""The programs of the base image, run as processes: what a container does, but for its walls."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = ROOT / "containers" / "base" / "program"
LOCAL = ROOT / "src" / "trainwright_local" / "sagemaker"
DEADLINE_SECONDS = 60

TRAIN = """
import os, sys, signal, time
print("arguments", sys.argv[1:], os.environ["SM_CHANNEL_TRAIN"], flush=True)
open(os.path.join(os.environ["SM_MODEL_DIR"], "weights"), "w").write("learnt")
"""
FAILS = 'import sys\nprint("half of it", flush=True)\nsys.exit("train/a.csv, line 3: no number")\n'
WAITS = """
import os, signal, sys, time
def told(*_):
    open(os.path.join(os.environ["SM_MODEL_DIR"], "told"), "w").write("yes")
    sys.exit(0)
signal.signal(signal.SIGTERM, told)
print("begun", flush=True)
time.sleep(60)
"""
INFERENCE = """
def model_fn(folder):
    return open(folder + "/weights").read()
def input_fn(body, content_type):
    return body
def predict_fn(body, model):
    return {"model": model, "asked": body}
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The folder `/opt/program` of an image with scripts."""
    folder = tmp_path / "program"
    shutil.copytree(PROGRAM, folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(LOCAL / "model_server", folder / "model_server")
    shutil.copy(LOCAL / "runner.py", folder)
    (folder / "code").mkdir()
    (folder / "code" / "inference.py").write_text(INFERENCE)
    return folder


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """The folder that SageMaker mounts, elsewhere than at /opt/ml."""
    folder = tmp_path / "ml"
    for name in ("model", "output", "input/config", "input/data/train"):
        (folder / name).mkdir(parents=True)
    hosts = {"current_host": "algo-1", "hosts": ["algo-1"]}
    channels = {"train": {"TrainingInputMode": "File"}}
    written = {
        "hyperparameters": {"epochs": "3", "name": "a b"},
        "resourceconfig": hosts,
        "inputdataconfig": channels,
    }
    for name, members in written.items():
        (folder / "input" / "config" / f"{name}.json").write_text(json.dumps(members))
    return folder


def start(program: Path, word: str, base: Path, **variables: str) -> subprocess.Popen[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("SAGEMAKER")}
    return subprocess.Popen(
        [sys.executable, str(program / "bin" / word)],
        env={**env, "SAGEMAKER_BASE_DIR": str(base), "PYTHONUNBUFFERED": "1", **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_train_runs_the_script_of_the_image_in_script_mode(program: Path, base: Path) -> None:
    (program / "code" / "train.py").write_text(TRAIN)

    process = start(program, "train", base)
    out, _ = process.communicate(timeout=DEADLINE_SECONDS)

    assert process.returncode == 0
    assert f"['--epochs', '3', '--name', 'a b'] {base}/input/data/train" in out
    assert (base / "model" / "weights").read_text() == "learnt"
    assert not (base / "output" / "failure").exists()


def test_a_script_that_fails_leaves_its_last_words_and_its_exit_code(
    program: Path, base: Path
) -> None:
    (program / "code" / "train.py").write_text(FAILS)

    process = start(program, "train", base)
    out, err = process.communicate(timeout=DEADLINE_SECONDS)

    assert (process.returncode, out) == (1, "half of it\n")
    assert "line 3: no number" in err
    failure = (base / "output" / "failure").read_text()
    assert failure == "train/a.csv, line 3: no number"


def test_a_stop_reaches_the_script_which_may_save_what_it_has(program: Path, base: Path) -> None:
    (program / "code" / "train.py").write_text(WAITS)
    process = start(program, "train", base)
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"

    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=DEADLINE_SECONDS)

    assert process.returncode == 0
    assert (base / "model" / "told").read_text() == "yes"
    assert not (base / "output" / "failure").exists()


def test_another_script_can_be_named(program: Path, base: Path) -> None:
    (program / "code" / "other.py").write_text(FAILS)

    process = start(program, "train", base, SAGEMAKER_PROGRAM="other.py")
    process.communicate(timeout=DEADLINE_SECONDS)

    assert process.returncode == 1


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


SERVICE = """
state = {}
def handle(data, context):
    if data is None:
        state["model"] = open(context.system_properties["model_dir"] + "/weights").read()
        return None
    (request,) = data
    return [{"model": state["model"], "asked": request["body"]}]
"""


@pytest.fixture
def server(program: Path, base: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    (base / "model" / "weights").write_text("learnt")
    process = start(program, "serve", base, SAGEMAKER_BIND_TO_PORT=str(port))
    yield process
    if process.poll() is None:
        process.kill()
        process.communicate()


def ask(port: int, method: str, path: str, body: str = "") -> tuple[int, str]:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        finally:
            connection.close()


@pytest.mark.enable_socket
def test_serve_becomes_the_model_server_and_ends_when_it_is_stopped(
    server: subprocess.Popen[str], program: Path, base: Path, port: int
) -> None:
    assert ask(port, "GET", "/ping")[0] == 200
    assert ask(port, "POST", "/invocations", "[1]") == (200, '{"model": "learnt", "asked": "[1]"}')
    healthy = start(program, "healthy", base, SAGEMAKER_BIND_TO_PORT=str(port))
    healthy.communicate(timeout=DEADLINE_SECONDS)
    assert healthy.returncode == 0

    server.send_signal(signal.SIGTERM)
    server.communicate(timeout=DEADLINE_SECONDS)

    assert server.returncode in {0, -signal.SIGTERM}


@pytest.mark.enable_socket
def test_nothing_is_healthy_where_nothing_serves(program: Path, base: Path, port: int) -> None:
    healthy = start(program, "healthy", base, SAGEMAKER_BIND_TO_PORT=str(port))
    _, err = healthy.communicate(timeout=DEADLINE_SECONDS)

    assert healthy.returncode == 1
    assert f"no answer at port {port}" in err


@pytest.mark.enable_socket
def test_code_of_multi_model_server_is_called_as_that_server_does(
    program: Path, base: Path, port: int, request: pytest.FixtureRequest
) -> None:
    (program / "code" / "inference.py").write_text(SERVICE)

    request.getfixturevalue("server")

    assert ask(port, "GET", "/ping")[0] == 200
    assert ask(port, "POST", "/invocations", "[1]") == (200, '{"model": "learnt", "asked": [1]}')


@pytest.mark.enable_socket
def test_code_that_is_named_and_not_there_is_the_image_s_own(
    program: Path, base: Path, port: int
) -> None:
    (base / "model" / "weights").write_text("learnt")
    process = start(
        program,
        "serve",
        base,
        SAGEMAKER_BIND_TO_PORT=str(port),
        SAGEMAKER_SUBMIT_DIRECTORY=str(base / "model" / "code"),
        SAGEMAKER_PROGRAM="transform.serve",
    )
    try:
        assert ask(port, "GET", "/ping")[0] == 200
    finally:
        process.kill()
        process.communicate()
