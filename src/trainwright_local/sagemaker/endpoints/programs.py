"""What a model server is: a process in the environment of a framework image, or a container."""

import threading
from collections.abc import Callable, Mapping
from email.message import Message
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from trainwright_local.sagemaker.containers.engine import Engine, Launch
from trainwright_local.sagemaker.containers.owned import Containers
from trainwright_local.sagemaker.jobs.sandbox import Sandbox
from trainwright_local.sagemaker.processes import OnLine, Process, spawn

PROGRAM = Path(__file__).parents[1] / "model_server"
PORT_TAKEN = 75
"""The exit code of our server when another process took its port in the meantime."""

type Variables = Callable[[int], Mapping[str, str]]
"""The environment of a server that is to listen on a port."""


class Program(Protocol):
    """Starts one model server, again whenever that is asked for."""

    def spawn(self, port: int, on_line: OnLine) -> Process:
        """Start it; it is to be found at *port* of this machine."""

    def knows(self, headers: Message) -> bool:
        """Whether an answer to `/ping` is its own, and not of another that took the port."""

    def lost_its_port(self, code: int) -> bool:
        """Whether it ended with *code* because another took its port, and may be started again."""

    def clear(self) -> None:
        """Remove what may be left of it once its process has ended."""


class EnvironmentProgram:
    """Our model server, run by *python* in *folder*, or another *program* that becomes it."""

    def __init__(
        self, python: Path, folder: Path, variables: Variables, program: Path = PROGRAM
    ) -> None:
        self._argv = [str(python), str(program)]
        self._folder = folder
        self._variables = variables
        self._instance = uuid4().hex

    def spawn(self, port: int, on_line: OnLine) -> Process:
        """Start the interpreter."""
        return spawn(
            self._argv,
            env={**self._variables(port), "MODEL_SERVER_INSTANCE": self._instance},
            cwd=self._folder,
            on_line=on_line,
            # For code that names /opt/ml/model; all others go by the variables.
            wrapper=Sandbox(self._folder).command(self._folder),
        )

    def knows(self, headers: Message) -> bool:
        """Whether it bears the name that the server was given."""
        return headers.get("X-Model-Server-Instance") == self._instance

    def lost_its_port(self, code: int) -> bool:
        """Whether it says so by its exit code."""
        return code == PORT_TAKEN

    def clear(self) -> None:
        """Do nothing: all it was ended with its process."""


class ContainerProgram:
    """A container of an image of the user's own, as SageMaker runs it: with the argument `serve`.

    https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
    """

    def __init__(
        self,
        containers: Containers,
        engine: Engine,
        launch: Callable[[int], Launch],
        what: str,
    ) -> None:
        self._containers = containers
        self._engine = engine
        self._launch = launch
        self._what = what
        self._name = ""
        self._clearing = threading.Lock()

    def spawn(self, port: int, on_line: OnLine) -> Process:
        """Start a container, under a name of its own each time."""
        launch = self._containers.named(self._launch(port), self._what)
        self._name = launch.name
        return spawn(
            self._engine.command(launch),
            env=self._engine.variables(launch),
            cwd=Path("/"),
            on_line=on_line,
        )

    def knows(self, headers: Message) -> bool:
        """Whatever answers: the engine lets nobody else have the port while it publishes it."""
        del headers
        return True

    def lost_its_port(self, code: int) -> bool:
        """Nobody knows: an exit code of the image may be any."""
        del code
        return False

    def clear(self) -> None:
        """Remove what an engine with a server of its own may have kept running."""
        with self._clearing:  # whoever comes second is to find it gone
            if self._name:
                self._engine.remove(self._name)
                self._name = ""
