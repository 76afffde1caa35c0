"""What the service needs to be told when it starts."""

import math
from dataclasses import MISSING, dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class SageMakerConfig:
    """Where the service keeps things, how it reaches the cloud it is part of, and its limits."""

    state_dir: Path
    """Records of resources and the working folders of jobs; survives a restart."""
    cache_dir: Path
    """Environments built for algorithms; may be deleted at any time."""
    endpoint_url: str
    """The local cloud itself, for S3, STS and CloudWatch Logs."""
    max_jobs: int = 2
    """Training jobs that run at once; more wait in the order in which they came."""
    grace_seconds: float = 10
    """Time between SIGTERM and SIGKILL when a job is stopped. AWS gives 120 seconds."""
    max_instances: int = 4
    """Server processes of a variant, whatever number of instances it asks for."""
    max_models: int = 8
    """Models that an instance of a multi-model endpoint keeps loaded."""
    idle_seconds: float = 300
    """After so long without a request a serverless variant has no process."""
    time_scale: float = 1.0
    """Real seconds for one second that a deployment is told to wait; 0.1 is ten times as fast."""


def settings() -> list[str]:
    """Return the names of what a user may set."""
    return [field.name for field in fields(SageMakerConfig) if field.default is not MISSING]


def parsed_setting(text: str) -> tuple[str, float]:
    """Return what `name=value` sets; raises ValueError, which says what could be set."""
    name, _, value = text.partition("=")
    if name not in settings():
        raise ValueError(f"{name!r} is no setting; there are {', '.join(settings())}")
    counts = name.startswith("max_")
    try:
        number = int(value) if counts else float(value)
    except ValueError as error:
        raise ValueError(f"{name} is to be a number, not {value!r}") from error
    # With no place at all everything would wait for ever.
    if not math.isfinite(number) or number < counts:
        raise ValueError(f"{name} cannot be {value}")
    return name, number
