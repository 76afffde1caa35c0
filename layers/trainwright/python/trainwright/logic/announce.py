"""Announce how a run ended: in its record, to whoever listens, and beside a refused upload."""

from trainwright.errors import InvalidRequestError
from trainwright.logic.failures import read_failure
from trainwright.logic.planning.location import REFUSAL, ROOT
from trainwright.logic.ports import Files, Journal
from trainwright.models.events import RunFailed, RunRefused, RunSucceeded
from trainwright.models.message import Message, Problem
from trainwright.models.states import Announcement, AnnounceRequest
from trainwright.models.storage import S3Place


class Refusal(Message):
    """Content of `refused.json`."""

    run: str
    problems: tuple[Problem, ...]


def announce(request: AnnounceRequest, *, journal: Journal, files: Files) -> Announcement:
    """Write the outcome wherever somebody may look for it."""
    return _OUTCOMES[request.outcome](request, journal, files)


def _succeeded(request: AnnounceRequest, journal: Journal, _: Files) -> Announcement:
    event = RunSucceeded(
        endpoint=request.endpoint, package=request.package, metrics=request.metrics
    )
    journal.write(request.run, event, status="Succeeded")
    return Announcement(error="", reason=f"{request.run.id} succeeded")


def _refused(request: AnnounceRequest, journal: Journal, files: Files) -> Announcement:
    reason = "; ".join(map(str, request.problems))
    event = RunRefused(reason=reason, problems=request.problems)
    journal.write(request.run, event, status="Refused")
    if request.data and request.data.key.startswith(ROOT + "/"):
        place = S3Place(bucket=request.data.bucket, key=request.data.key + REFUSAL)
        refusal = Refusal(run=request.run.id, problems=request.problems)
        files.write(place, refusal.model_dump_json(indent=2).encode(), "application/json")
    return Announcement(error=InvalidRequestError.__name__, reason=reason)


def _failed(request: AnnounceRequest, journal: Journal, _: Files) -> Announcement:
    failure = read_failure(request.error, request.cause)
    event = RunFailed(
        error=failure.error,
        reason=failure.reason,
        metrics=request.metrics,
        package=request.package,
    )
    journal.write(request.run, event, status="Failed")
    return Announcement(error=failure.error, reason=failure.reason)


_OUTCOMES = {"Succeeded": _succeeded, "Refused": _refused, "Failed": _failed}
