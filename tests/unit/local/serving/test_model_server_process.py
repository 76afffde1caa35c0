"""The model server as a process: when it answers, how it fails, how it stops."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

import trainwright_local.sagemaker

SERVER = Path(trainwright_local.sagemaker.__file__).parent / "model_server"
Start = Callable[..., "Served"]


class Served:
    """A model server running some code."""

    def __init__(self, folder: Path, source: str, port: int, **modules: str) -> None:
        code = folder / "model" / "code"
        code.mkdir(parents=True)
        for name, text in ({"inference": source} | modules).items():
            (code / f"{name}.py").write_text(textwrap.dedent(text))
        env = {"SAGEMAKER_BASE_DIR": str(folder), "SAGEMAKER_BIND_TO_PORT": str(port)}
        self.port = port
        self.process = subprocess.Popen(
            [sys.executable, str(SERVER)],
            env=os.environ | env,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def call(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, body, {"Content-Type": "text/plain"})
            response = connection.getresponse()
            return response.status, response.read().decode()

    def ready(self) -> bool:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                return self.call("GET", "/ping") == (200, "")
            except ConnectionRefusedError:
                time.sleep(0.02)
        return False

    def end(self) -> str:
        return self.process.communicate(timeout=30)[0]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Start]:
    started: list[Served] = []

    def start(source: str, **modules: str) -> Served:
        served = Served(tmp_path / str(len(started)), source, a_free_port(), **modules)
        started.append(served)
        return served

    yield start
    for served in started:
        served.process.kill()
        served.process.communicate()


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


ECHO = """
    import time
    from pathlib import Path
    def model_fn(model_dir):
        return "echo "
    def transform_fn(model, data, content_type, accept):
        if data == b"slow":
            Path("started").touch()
            while not Path("go").exists():
                time.sleep(0.01)
        return model + data.decode()
"""


def test_it_serves_the_code_beside_the_model(serve: Start) -> None:
    served = serve(ECHO)

    assert served.ready()
    assert served.call("POST", "/invocations", "hello") == (200, "echo hello")
    assert served.call("GET", "/invocations")[0] == 404


def test_ping_is_refused_until_the_model_is_loaded(serve: Start, tmp_path: Path) -> None:
    served = serve("""
        import time
        from pathlib import Path
        def model_fn(model_dir):
            Path("loading").touch()
            while not Path("go").exists():
                time.sleep(0.01)
    """)
    while not (tmp_path / "0" / "loading").exists():
        assert served.process.poll() is None
        time.sleep(0.01)

    with pytest.raises(ConnectionRefusedError):
        served.call("GET", "/ping")

    (tmp_path / "0" / "go").touch()
    assert served.ready()


def test_ping_answers_while_a_prediction_runs_and_a_stop_waits_for_it(
    serve: Start, tmp_path: Path
) -> None:
    served = serve(ECHO)
    assert served.ready()
    answers: list[tuple[int, str]] = []
    slow = threading.Thread(
        target=lambda: answers.append(served.call("POST", "/invocations", "slow"))
    )
    slow.start()
    while not (tmp_path / "0" / "started").exists():
        time.sleep(0.01)

    assert served.call("GET", "/ping") == (200, "")

    served.process.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    (tmp_path / "0" / "go").touch()
    slow.join(30)
    assert answers == [(200, "echo slow")]
    served.end()
    assert served.process.returncode == 0


def test_a_model_that_cannot_be_loaded_ends_the_server_with_its_traceback(serve: Start) -> None:
    served = serve("def model_fn(model_dir): raise RuntimeError('no weights')")

    output = served.end()

    assert served.process.returncode == 1
    assert "RuntimeError: no weights\nThe model could not be loaded." in output


def test_code_without_model_fn_ends_the_server_with_a_sentence(serve: Start) -> None:
    served = serve("def predict_fn(data, model): ...")

    output = served.end()

    assert served.process.returncode == 1
    assert "Please provide a model_fn implementation" in output


def test_a_stop_while_the_model_loads_is_heeded(serve: Start, tmp_path: Path) -> None:
    served = serve("""
        import time
        from pathlib import Path
        def model_fn(model_dir):
            Path("loading").touch()
            time.sleep(600)
    """)
    while not (tmp_path / "0" / "loading").exists():
        assert served.process.poll() is None
        time.sleep(0.01)

    served.process.terminate()

    served.end()
    assert served.process.returncode == 0


def test_a_port_that_is_taken_has_an_exit_code_of_its_own(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        served = Served(tmp_path, ECHO, taken.getsockname()[1])

        assert "The model server cannot listen" in served.end()
        assert served.process.returncode == 75


def test_the_modules_of_the_server_hide_none_of_the_algorithms(serve: Start) -> None:
    source = """
        from content import WORD
        def model_fn(model_dir):
            return WORD
        def transform_fn(model, data, content_type, accept):
            return model
    """

    served = serve(source, content="WORD = 'mine'")

    assert served.ready()
    assert served.call("POST", "/invocations") == (200, "mine")
