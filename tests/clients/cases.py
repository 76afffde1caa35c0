"""The scripts that clients run, each with what it is to tell: `scripts/<client>/<topic>.py`."""

import json
from dataclasses import dataclass
from pathlib import Path

SCRIPTS = Path(__file__).parent / "scripts"
ROOT = Path(__file__).parents[2]
LONGEST_SECONDS = 280

type Outcomes = dict[str, dict[str, object]]
"""By the name of a call: facts, or what it was `refused` with as on AWS, or an `error`."""


@dataclass(frozen=True)
class Client:
    """A client of AWS: the environment it is in, and the package that it is."""

    title: str
    environment: str
    package: str


CLIENTS = {
    "awscli": Client("AWS CLI", "awscli", "awscli"),
    "boto3": Client("boto3", "sdk2", "boto3"),
    "sdk3": Client("SageMaker SDK, version 3", "sdk3", "sagemaker"),
    "sdk2": Client("SageMaker SDK, version 2", "sdk2", "sagemaker"),
}


@dataclass(frozen=True, order=True)
class Script:
    """A script of a client."""

    client: str
    topic: str

    def __str__(self) -> str:
        return f"{self.client}/{self.topic}"

    @property
    def path(self) -> Path:
        return SCRIPTS / self.client / f"{self.topic}.py"

    @property
    def python(self) -> Path:
        return ROOT / f".{CLIENTS[self.client].environment}" / "bin" / "python"

    @property
    def expected(self) -> Outcomes:
        """What the script is to tell."""
        outcomes: Outcomes = json.loads(self.path.with_suffix(".json").read_text())
        return outcomes

    def accept(self, outcomes: Outcomes) -> None:
        """Expect from now on what the script has told."""
        self.path.with_suffix(".json").write_text(json.dumps(outcomes, indent=2) + "\n")


def all_scripts() -> list[Script]:
    """Every script, in the order of the clients."""
    return [
        Script(client, path.stem)
        for client in CLIENTS
        for path in sorted((SCRIPTS / client).glob("*.py"))
        if path.stem != "commands"
    ]
