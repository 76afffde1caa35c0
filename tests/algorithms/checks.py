"""What `algorithms/<name>/checks.yaml` says: what the tests hold an algorithm to.

Closed to unknown keys, so that a misspelt one fails instead of checking nothing.
"""

import base64
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, ValidationError, field_validator, model_validator

from trainwright.errors import InvalidRequestError
from trainwright.logic.yaml_text import read_yaml
from trainwright.models.message import JsonObject, Message, Problem
from trainwright.models.names import ChannelName, RelativePath

FILE = "checks.yaml"

type Group = Literal[
    "everyday",
    "torch",
    "tensorflow",
    "paddle",
    "mxnet",
    "chainer",
    "onnx",
    "mediapipe",
    "dlib",
    "spark",
]
"""What `--group` selects by: algorithms that share an environment, or have small ones."""

GROUPS: tuple[str, ...] = get_args(Group.__value__)


class Goal(Message):
    """The number that training on the sample must reach."""

    name: str
    """A metric of the manifest."""
    minimum: float | None = None
    maximum: float | None = None

    @model_validator(mode="after")
    def _has_a_bound(self) -> Self:
        if self.minimum is None and self.maximum is None:
            raise ValueError("needs 'minimum' or 'maximum'")
        return self


class Binary(Message):
    """Content that is no text."""

    base64: str

    @property
    def content(self) -> bytes:
        """The bytes."""
        return base64.b64decode(self.base64, validate=True)


class Payload(Message):
    """The body of a request: exactly one of four."""

    name: str
    text: str | None = None
    file: RelativePath | None = None
    """A file of the algorithm's folder."""
    sample: RelativePath | None = None
    """A file of the sample, which sample.py may have made."""
    base64: str | None = None
    content_type: str
    accept: str = "application/json"

    @model_validator(mode="after")
    def _has_one_body(self) -> Self:
        given = (self.text, self.file, self.sample, self.base64)
        if given.count(None) != len(given) - 1:
            raise ValueError("needs exactly one of 'text', 'file', 'sample' and 'base64'")
        return self

    def body(self, folder: Path, sample: Path) -> bytes:
        """Give the bytes to send, of the algorithm in *folder* and its *sample*."""
        if self.file is not None:
            return (folder / self.file).read_bytes()
        if self.sample is not None:
            return (sample / self.sample).read_bytes()
        if self.base64 is not None:
            return Binary(base64=self.base64).content
        return (self.text or "").encode()


class Reference(Payload):
    """A request, and what the model that was trained on the sample must answer."""

    answer: Any = None
    """JSON, or the text if *accept* is another type;"""
    answer_schema: JsonObject | None = None
    """or a JSON Schema, where machines may come to different results."""
    tolerance: Annotated[float, Field(ge=0)] = 0.0
    """How far a number of *answer* may be off."""

    @model_validator(mode="after")
    def _has_one_answer(self) -> Self:
        if ("answer" in self.model_fields_set) == (self.answer_schema is not None):
            raise ValueError("needs either 'answer' or 'answer_schema'")
        if self.answer_schema is not None and self.tolerance:
            raise ValueError("'tolerance' is for 'answer'; bounds belong into the schema")
        return self


class RefusedRequest(Payload):
    """A request that must be answered with a 4xx whose message contains *message*."""

    status: Annotated[int, Field(ge=400, le=499)] = 400
    message: Annotated[str, Field(min_length=1)]


class RefusedData(Message):
    """The sample with other *files* in one *channel*: its training must fail with *reason*."""

    name: str
    channel: ChannelName
    files: dict[RelativePath, str | Binary]
    reason: Annotated[str, Field(min_length=1)]
    hyperparameters: dict[str, Any] = Field(default_factory=dict)
    """What to train with, over the sample's."""

    @property
    def contents(self) -> dict[str, bytes]:
        """The files, as bytes."""
        return {
            path: found.encode() if isinstance(found, str) else found.content
            for path, found in self.files.items()
        }


class Picture(Message):
    """A script that draws the answers: `script ANSWERS_FOLDER OUTPUT`; see CONTRIBUTING.md."""

    script: RelativePath
    format: Literal["png", "svg"] = "png"


class Checks(Message):
    """The whole file."""

    environment: Group | None = None
    untried: str = ""
    """Why it can neither be trained nor served here; nothing else is said then."""
    sample: RelativePath | None = None
    """The sample, as a folder of the checkout; without it the algorithm's own `sample`."""
    metric: Goal | None = None
    reference: tuple[Reference, ...] = ()
    refused_data: tuple[RefusedData, ...] = ()
    refused_requests: tuple[RefusedRequest, ...] = ()
    may_find_nothing: str = ""
    """Why an empty answer to a smoke test may come from a sound model; without it, it must not."""
    picture: Picture | None = None
    """What draws them for docs/algorithms.md; the script alone says that it writes a PNG."""

    @field_validator("picture", mode="before")
    @classmethod
    def _may_be_a_script(cls, given: object) -> object:
        return {"script": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _checks_something(self) -> Self:
        others = self.model_fields_set - {"untried"}
        if self.untried and others:
            raise ValueError(f"'untried' excludes {sorted(others)}")
        if not self.untried and self.environment is None:
            raise ValueError("needs 'environment', or 'untried' with the reason")
        return self


class ChecksError(Exception):
    """A checks.yaml is wrong; the message lists everything."""


def read_checks(folder: Path) -> Checks:
    """Read the checks of the algorithm in *folder*; a ChecksError says all that is wrong."""
    path = folder / FILE
    try:
        return Checks.model_validate(read_yaml(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ChecksError(f"{path} is missing: an algorithm says what it is held to") from error
    except InvalidRequestError as error:
        raise ChecksError(f"{path} {error}") from error
    except ValidationError as error:
        problems = "".join(f"\n  {problem}" for problem in Problem.from_validation(error))
        raise ChecksError(f"{path}:{problems}") from error
