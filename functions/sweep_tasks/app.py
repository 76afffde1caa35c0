"""Settle the tasks whose event was lost, and measure how long the others wait; on a schedule."""

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

from trainwright import callback_wiring, wiring
from trainwright.handler import step
from trainwright.logic.ports import Callbacks
from trainwright.logic.tasks import sweep
from trainwright.models.inbound import Scheduled
from trainwright.models.states import SweptTasks

metrics = Metrics(namespace="Trainwright")


@metrics.log_metrics
@step
def lambda_handler(_: Scheduled, callbacks: Callbacks | None = None) -> SweptTasks:
    """Sweep, and put the age of the oldest task on the metric that an alarm watches."""
    swept = sweep(callbacks or callback_wiring.callbacks())
    metrics.add_dimension("Stack", wiring.account().stack)
    metrics.add_metric("OldestTaskSeconds", MetricUnit.Seconds, swept.oldest_seconds)
    metrics.add_metric("TasksWaiting", MetricUnit.Count, swept.waiting)
    return swept
