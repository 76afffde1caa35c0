"""What an algorithm runs in: a framework's image (own script), or its own (own container)."""

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from trainwright.models.message import Message

type Scope = Literal["training", "inference"]
type Variant = Literal["cpu", "gpu"]
type PushedFor = Literal["cpu", "gpu", "arm64"]
"""What a container's image is recorded for: an image by its digest is for one kind of processor."""

SERVING_WITHOUT_SCRIPT = {"sparkml-serving", "tensorflow"}
"""Frameworks whose images serve a model by themselves; a script of theirs is not called so."""


class Framework(Message):
    """A framework whose AWS image runs the algorithm's scripts (bring your own script)."""

    name: str
    """As in the table of AWS's images, such as `sklearn`."""
    version: str
    """As there, such as `1.9-0`; for Hugging Face such as `4.56.2-pytorch2.8.0`."""


ImageUri = Annotated[
    str, Field(pattern=r"^[a-z0-9][\w.:-]*/[^\s@:]+(:[\w.-]+|@sha256:[0-9a-f]{64})$")
]
"""An image in a registry, by its tag or, so that nobody can change it, by its digest."""


class ImageVariants(Message):
    """An image for each kind of processor; the run's instance type says which is used."""

    cpu: ImageUri | None = None
    gpu: ImageUri | None = None

    @model_validator(mode="after")
    def _has_one(self) -> Self:
        if not (self.cpu or self.gpu):
            raise ValueError("needs 'cpu', 'gpu' or both")
        return self


class ContainerImage(Message):
    """The image of a folder below `containers/` that `trainwright images push` pushed last."""

    container: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]
    """Name of the folder."""


def _form_of(value: Any) -> str:  # noqa: ANN401 - whatever the manifest has there
    if isinstance(value, str):
        return "uri"
    names = value if isinstance(value, dict) else getattr(type(value), "model_fields", ())
    return "container" if "container" in names else "variants"


ImageSource = Annotated[
    Annotated[ImageUri, Tag("uri")]
    | Annotated[ImageVariants, Tag("variants")]
    | Annotated[ContainerImage, Tag("container")],
    Discriminator(_form_of),
]
"""One image for everything, one for each kind of processor, or that of a container's folder."""


class Images(Message):
    """The algorithm's own images (bring your own container)."""

    training: ImageSource | None = None
    """The image that trains."""
    inference: ImageSource | None = None
    """The image that serves."""
