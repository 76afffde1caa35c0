"""A model server as the endpoint sees it: healthy or not, dying, slow, on a taken port."""

import os
import signal
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.unit.local.serving.live import until
from trainwright_local.sagemaker.endpoints import server as module
from trainwright_local.sagemaker.endpoints.errors import ServerGoneError
from trainwright_local.sagemaker.endpoints.programs import EnvironmentProgram
from trainwright_local.sagemaker.endpoints.runtime import Runtime
from trainwright_local.sagemaker.endpoints.server import ModelServer

MORTAL = """
    import os, time
    def model_fn(model_dir): return str(os.getpid())
    def transform_fn(model, data, content_type, accept):
        if data == b"die":
            os._exit(9)
        if data == b"slow":
            time.sleep(600)
        return model
"""
runtime = Runtime()
Make = Callable[[str], ModelServer]


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def make(tmp_path: Path, lines: list[str]) -> Iterator[Make]:
    made: list[ModelServer] = []

    def variables(port: int) -> dict[str, str]:
        own = {"SAGEMAKER_BASE_DIR": str(tmp_path), "SAGEMAKER_BIND_TO_PORT": str(port)}
        return os.environ | own | {"PYTHONUNBUFFERED": "1"}

    def a_server(source: str) -> ModelServer:
        code = tmp_path / "model" / "code"
        code.mkdir(parents=True, exist_ok=True)
        (code / "inference.py").write_text(textwrap.dedent(source))
        program = EnvironmentProgram(Path(sys.executable), tmp_path, variables)
        made.append(ModelServer(program, lines.append))
        return made[-1]

    yield a_server
    for server in made:
        server.stop(0)


def ask(server: ModelServer, body: bytes = b"", seconds: float = 60) -> str:
    async def asked() -> bytes:
        reply = await server.open("POST", "/invocations", body, {}, seconds)
        return await reply.read()

    return runtime.run(asked()).decode()


def test_a_server_that_is_healthy_answers(make: Make) -> None:
    server = make(MORTAL)

    assert server.start(patience=30)
    assert ask(server).isdigit()


@pytest.mark.optml
def test_code_may_name_opt_ml(make: Make) -> None:
    server = make("""
        def model_fn(model_dir): return sorted(__import__("os").listdir("/opt/ml/model/code"))[-1]
        def transform_fn(model, data, content_type, accept): return model
    """)

    assert server.start(patience=30)
    assert ask(server) == "inference.py"


@pytest.mark.parametrize("level", ["30", "warning"])
def test_the_level_of_its_log_is_a_number_or_a_name(
    make: Make, lines: list[str], monkeypatch: pytest.MonkeyPatch, level: str
) -> None:
    monkeypatch.setenv("SAGEMAKER_CONTAINER_LOG_LEVEL", level)
    source = "import logging\ndef model_fn(d): logging.info('low'); logging.warning('high')"

    assert make(source).start(patience=30)

    until(lambda: any("WARNING root: high" in line for line in lines))
    assert not [line for line in lines if "INFO" in line]


def test_a_server_that_ends_is_given_up_at_once(make: Make, lines: list[str]) -> None:
    assert not make("def model_fn(model_dir): 1 / 0").start(patience=600)
    assert "ZeroDivisionError: division by zero" in lines


def test_a_server_that_takes_too_long_is_given_up_and_killed(make: Make, tmp_path: Path) -> None:
    source = """
        import os, time
        from pathlib import Path
        def model_fn(model_dir):
            Path("pid").write_text(str(os.getpid()))
            time.sleep(600)
    """

    assert not make(source).start(patience=1.5)

    assert not Path("/proc", (tmp_path / "pid").read_text()).exists()


def test_a_start_can_be_interrupted(make: Make) -> None:
    server = make("import time\ndef model_fn(model_dir): time.sleep(600)")
    results: list[bool] = []
    starting = threading.Thread(target=lambda: results.append(server.start(patience=600)))
    starting.start()

    server.stop(0)

    starting.join(30)
    assert results == [False]


def test_a_server_that_dies_is_started_again_as_another_process(
    make: Make, lines: list[str]
) -> None:
    server = make(MORTAL)
    server.start(patience=30)
    first = ask(server)

    with pytest.raises(ServerGoneError):
        ask(server, b"die")

    def answers() -> bool:
        try:
            return ask(server) != first
        except ServerGoneError:
            return False

    until(answers)
    assert "The model server ended with exit code 9; it is started again." in lines


def test_a_server_that_has_been_stopped_stays_so(make: Make, lines: list[str]) -> None:
    server = make(MORTAL)
    server.start(patience=30)

    server.stop(30)

    with pytest.raises(ServerGoneError):
        ask(server)
    assert not [line for line in lines if "started again" in line]


def test_an_answer_that_does_not_come_times_out(make: Make) -> None:
    server = make(MORTAL)
    server.start(patience=30)

    with pytest.raises(TimeoutError):
        ask(server, b"slow", seconds=0.2)


def test_another_port_is_tried_when_somebody_took_the_first(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = HTTPServer(("127.0.0.1", 0), Healthy)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    ports = iter([other.server_port, module._free_port()])
    monkeypatch.setattr(module, "_free_port", lambda: next(ports))
    server = make(MORTAL)

    assert server.start(patience=30)

    assert ask(server).isdigit()
    other.shutdown()
    other.server_close()


class Healthy(BaseHTTPRequestHandler):
    """Somebody else's server, which answers pings too."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look so often, and wait for so short a time, that a test can wait for it."""
    for name, seconds in (("LOOK", 0.1), ("PING", 0.2), ("SILENCE", 1.0)):
        monkeypatch.setattr(module, f"{name}_SECONDS", seconds)


@pytest.mark.usefixtures("impatient")
def test_a_server_that_hangs_is_replaced(make: Make, lines: list[str]) -> None:
    server = make(MORTAL)
    assert server.start(patience=30)
    hanging = ask(server, seconds=0.5)

    os.kill(int(hanging), signal.SIGSTOP)

    until(lambda: any("it is started again" in line for line in lines))
    until(lambda: server.is_up)
    assert ask(server) != hanging
    assert any("no longer answers" in line for line in lines)


@pytest.mark.usefixtures("impatient")
def test_a_server_has_the_time_that_a_request_may_take(make: Make, lines: list[str]) -> None:
    server = make(MORTAL)
    assert server.start(patience=30)
    patient = ask(server, seconds=600)

    os.kill(int(patient), signal.SIGSTOP)
    time.sleep(2)
    os.kill(int(patient), signal.SIGCONT)

    assert ask(server) == patient
    assert not any("no longer answers" in line for line in lines)
