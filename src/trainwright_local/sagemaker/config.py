"""What the service needs to be told when it starts."""

from dataclasses import dataclass
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
