"""The constrained names and numbers, each defined once."""

from typing import Annotated, Literal, TypedDict

from pydantic import AfterValidator, Field

AlgorithmName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
"""Name of an algorithm: its folder, its SSM path and the first folder of an upload."""

ModelName = Annotated[str, Field(pattern=r"^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$")]
"""Name of a model; also part of its endpoint's name, hence the narrow alphabet."""

RunId = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}-[0-9a-f]{12}$")]
"""`<model>-<digest>`: the execution's name, and the tail of every job it starts."""

ChannelName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""Name of an input channel: a folder of the upload, and `/opt/ml/input/data/<channel>`."""

InstanceType = Annotated[str, Field(pattern=r"^ml\.[a-z0-9-]+\.[a-z0-9-]+$")]
"""A SageMaker instance type, such as `ml.m5.large`."""

VolumeSize = Annotated[int, Field(ge=1, le=512)]
"""Gigabytes of an endpoint's disk."""

StartTimeout = Annotated[int, Field(ge=60, le=3600)]
"""Seconds that an endpoint's instance may take for one part of its start."""

type DeployType = Literal["real-time", "async"]
"""Whether an endpoint answers at once, or puts its answers in S3 (large or slow requests)."""

S3Uri = Annotated[str, Field(pattern=r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/.*$")]
"""An S3 location with its bucket."""

Version = Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
"""Version of an algorithm: the first 12 hexadecimal digits of its content's SHA-256."""


def _not_reserved(key: str) -> str:
    if key.lower().startswith("aws:"):
        raise ValueError("must not begin with 'aws:', which is AWS's own prefix")
    return key


def _stays_inside(path: str) -> str:
    if path.startswith("/") or ".." in path.split("/") or "\\" in path:
        raise ValueError(f"must be a path inside the folder, is {path!r}")
    return path


RelativePath = Annotated[str, Field(min_length=1), AfterValidator(_stays_inside)]
"""A path inside the algorithm's folder, written with `/`."""

TagKey = Annotated[str, Field(pattern=r"^[\w .:/=+@-]{1,128}$"), AfterValidator(_not_reserved)]
TagValue = Annotated[str, Field(pattern=r"^[\w .:/=+@-]{0,256}$")]
Tags = dict[TagKey, TagValue]
"""Tags as SageMaker accepts them."""


class Tag(TypedDict):
    """A tag as SageMaker's requests have it."""

    Key: str
    Value: str
