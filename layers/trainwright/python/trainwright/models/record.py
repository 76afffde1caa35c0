"""The record of a run, as the runs table keeps it."""

from datetime import datetime
from typing import Literal

from trainwright.models.message import Inbound, JsonObject

type RunStatus = Literal["Running", "Succeeded", "Refused", "Failed"]


class RunRecord(Inbound):
    """One run: how it stands, and the data of each event so far, by the event's name."""

    run: str
    model: str
    algorithm: str
    execution: str
    status: RunStatus
    started: datetime
    updated: datetime
    events: dict[str, JsonObject]
