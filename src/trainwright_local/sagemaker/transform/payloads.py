"""Records put together into the payloads of requests."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from trainwright_local.sagemaker.transform.splitting import Split

MEGABYTE = 1024 * 1024


class PayloadError(Exception):
    """A payload is larger than MaxPayloadInMB allows."""


@dataclass(frozen=True, slots=True)
class Payload:
    """The *records* of one request, and what is sent of them."""

    records: tuple[bytes, ...]
    body: bytes


def payloads(splits: Iterable[Split], *, single: bool, megabytes: int) -> Iterator[Payload]:
    """Yield payloads of one record each, or of as many as fit; 0 *megabytes* is no limit."""
    most = megabytes * MEGABYTE or float("inf")
    batch: list[Split] = []
    size = 0
    for split in splits:
        weight = len(split.holds if single else split.framed)
        if weight > most:
            raise PayloadError(_too_large(weight, megabytes))
        if batch and (single or size + weight > most):
            yield _payload(batch, single=single)
            batch, size = [], 0
        batch.append(split)
        size += weight
    if batch:
        yield _payload(batch, single=single)


def check_size(size: int, megabytes: int) -> None:
    """Refuse an object that is sent whole and is too large; raises PayloadError."""
    if megabytes and size > megabytes * MEGABYTE:
        raise PayloadError(_too_large(size, megabytes))


def _payload(batch: list[Split], *, single: bool) -> Payload:
    records = tuple(split.holds for split in batch)
    return Payload(records, records[0] if single else b"".join(split.framed for split in batch))


def _too_large(size: int, megabytes: int) -> str:
    return (
        f"the payload of {size} bytes is larger than MaxPayloadInMB={megabytes} allows; split the "
        "input into records (SplitType) or allow for larger payloads"
    )
