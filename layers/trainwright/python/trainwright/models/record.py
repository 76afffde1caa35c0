"""The record of a run, as the runs table keeps it."""

from datetime import datetime
from typing import Literal

from trainwright.models.message import Inbound, JsonObject
from trainwright.models.plan import RunRef

type RunStatus = Literal["Running", "Succeeded", "Refused", "Failed"]


class ToldEvent(Inbound):
    """An event that was published, and when."""

    time: datetime
    data: JsonObject


class RunRecord(Inbound):
    """One run: how it stands, and what was told when that changed, by the event's name."""

    run: str
    model: str
    algorithm: str
    status: RunStatus
    started: datetime
    updated: datetime
    events: dict[str, ToldEvent]

    @property
    def ref(self) -> RunRef:
        """The run as its messages name it."""
        return RunRef(id=self.run, model=self.model, algorithm=self.algorithm)
