"""The table of operations, and what an operation is given to work with."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import botocore.session
from botocore.exceptions import UnknownRegionError

from trainwright_local.sagemaker.config import SageMakerConfig
from trainwright_local.sagemaker.events import Publisher
from trainwright_local.sagemaker.parts import Part, Service
from trainwright_local.sagemaker.store import Store


@dataclass(frozen=True)
class Context:
    """Where a request or a background task acts, and the service it acts in."""

    account: str
    region: str
    service: Service
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of the HTTP request, names in lower case; empty in background work."""

    @property
    def config(self) -> SageMakerConfig:
        """What the service was told at its start."""
        return self.service.config

    @property
    def publisher(self) -> Publisher:
        """Puts events on the bus."""
        return self.service.publisher

    @property
    def store(self) -> Store:
        """The records of this account and region."""
        return self.service.stores.of(self.account, self.region)

    @property
    def partition(self) -> str:
        """`aws`, `aws-cn` ..."""
        return partition_of(self.region)

    def arn(self, resource: str) -> str:
        """Return the ARN of *resource*, e.g. `training-job/churn-1`."""
        return f"arn:{self.partition}:sagemaker:{self.region}:{self.account}:{resource}"

    def part[T: Part](self, kind: type[T]) -> T:
        """Return what runs in the background, e.g. `context.part(Jobs)`."""
        return self.service.part(kind)


type Operation = Callable[[dict[str, Any], Context], dict[str, Any]]

OPERATIONS: dict[str, Operation] = {}
"""Every operation by AWS's name; filled by importing the packages that define them."""


def operation(name: str) -> Callable[[Operation], Operation]:
    """Register a function as the operation called *name*: validated members in, members out."""

    def register(function: Operation) -> Operation:
        assert name not in OPERATIONS, f"{name} is defined twice"
        OPERATIONS[name] = function
        return function

    return register


type AsyncOperation = Callable[[dict[str, Any], Context], Coroutine[Any, Any, dict[str, Any]]]

ASYNC_OPERATIONS: dict[str, AsyncOperation] = {}
"""Those that wait for nothing but a model, for callers that have an event loop."""


def async_operation(name: str) -> Callable[[AsyncOperation], AsyncOperation]:
    """Register a coroutine function as the operation called *name*, besides one that waits."""

    def register(function: AsyncOperation) -> AsyncOperation:
        ASYNC_OPERATIONS[name] = function
        return function

    return register


@cache
def partition_of(region: str) -> str:
    """Return the partition of *region*; MiniStack takes regions that AWS does not have."""
    try:
        name: str = botocore.session.get_session().get_partition_for_region(region)
    except UnknownRegionError:
        return "aws"
    return name
