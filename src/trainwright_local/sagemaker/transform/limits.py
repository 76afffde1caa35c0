"""How a job's records are grouped, and how many groups the model is sent at once."""

from dataclasses import dataclass

from trainwright_local.sagemaker.store import Json, Record

DEFAULT_MEGABYTES, DEFAULT_STRATEGY = 6, "MULTI_RECORD"
STRATEGIES = {"SingleRecord": "SINGLE_RECORD", "MultiRecord": "MULTI_RECORD"}
"""The strategies of requests, as containers and the data log know them."""


@dataclass(frozen=True)
class Limits:
    """What was asked for, or else what the container asks for, or else the defaults."""

    concurrent: int
    megabytes: int
    strategy: str

    @classmethod
    def of(cls, job: Record, container: Record) -> "Limits":
        """Settle the limits of *job* with what its *container* answered, which may be anything."""
        asked = STRATEGIES.get(job.get("BatchStrategy", "")) or container.get("BatchStrategy")
        strategy = next((one for one in STRATEGIES.values() if one == asked), DEFAULT_STRATEGY)
        megabytes = job.get("MaxPayloadInMB", _count(container.get("MaxPayloadInMB")))
        concurrent = job.get("MaxConcurrentTransforms") or _count(
            container.get("MaxConcurrentTransforms")
        )
        return cls(
            concurrent=concurrent or 1,
            megabytes=DEFAULT_MEGABYTES if megabytes is None else megabytes,
            strategy=strategy,
        )

    @property
    def single(self) -> bool:
        """Whether each record is a payload of its own."""
        return self.strategy == STRATEGIES["SingleRecord"]

    def __str__(self) -> str:
        return (
            f"MaxConcurrentTransforms={self.concurrent}, MaxPayloadInMB={self.megabytes}, "
            f"BatchStrategy={self.strategy}"
        )


def variables(job: Record) -> dict[str, str]:
    """Return what a container is told of a job; what was not asked for is for it to say."""
    told = {
        "SAGEMAKER_MAX_PAYLOAD_IN_MB": job.get("MaxPayloadInMB"),
        "SAGEMAKER_BATCH_STRATEGY": STRATEGIES.get(job.get("BatchStrategy", "")),
        "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS": job.get("MaxConcurrentTransforms"),
    }
    given = {name: str(value) for name, value in told.items() if value is not None}
    return {**job.get("Environment", {}), **given, "SAGEMAKER_BATCH": "true"}


def _count(value: Json) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None
