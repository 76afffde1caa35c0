"""Tells the app's bus of pipelines."""

from trainwright.aws.journal import EventBridgeBus
from trainwright.models.events import EventData
from trainwright.models.pipelines.events import detail_of
from trainwright.models.pipelines.plan import PipelineRef


class PipelineHerald:
    """Events of the pipelines of *stack* on *bus*."""

    def __init__(self, bus: EventBridgeBus, stack: str) -> None:
        self._bus, self._stack = bus, stack

    def tell(self, ref: PipelineRef, event: EventData) -> None:
        """Publish an event of a run."""
        self._bus.publish(event.detail_type, detail_of(ref, event, stack=self._stack))
