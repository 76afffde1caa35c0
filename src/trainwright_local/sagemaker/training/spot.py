"""Managed spot training: how long a job waits at most, and how it is interrupted on demand.

There is no spot market here, so an interruption is asked for: by a tag on the training job, which
any client may add at any time, and which means nothing on AWS:

    aws sagemaker add-tags --resource-arn ARN --tags Key=local:spot-interruption,Value=0

The value is how many seconds after its start the training is interrupted; what is past is now. The
tag is removed when it has had its effect, so that it can be added again.
https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.api.tags import tags_of, take
from trainwright_local.sagemaker.jobs.queue import Jobs
from trainwright_local.sagemaker.jobs.repeated import Repeated
from trainwright_local.sagemaker.jobs.running import Interrupted, Run
from trainwright_local.sagemaker.parts import Service, part
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.training.records import TRAINING

INTERRUPTION = "local:spot-interruption"
LOOK_SECONDS = 0.2


@contextmanager
def interruptible(run: Run) -> Iterator[None]:
    """Let a spot job be broken off by the tag, as long as this lasts."""
    if not run.job["EnableManagedSpotTraining"]:
        yield
        return
    watch = Repeated(partial(_interrupt_when_due, run, time.monotonic()), LOOK_SECONDS)
    try:
        yield
    finally:
        watch.close()


def _interrupt_when_due(run: Run, began: float) -> None:
    arn = run.job["TrainingJobArn"]
    asked = tags_of(run.context, arn).get(INTERRUPTION)
    if asked is not None and time.monotonic() >= began + _seconds(asked):
        take(run.context, arn, INTERRUPTION)
        run.break_off(Interrupted(), run.context.config.grace_seconds)


def _seconds(text: str) -> float:
    """Read the value of the tag; what is no number does not wait."""
    try:
        return float(text)
    except ValueError:
        return 0


@part
class SpotWaits:
    """Stops spot jobs that have taken too long, be they waiting, starting or training."""

    def __init__(self, _service: Service) -> None:
        self._timers: dict[str, threading.Timer] = {}

    def start(self) -> None:
        """Do nothing: jobs of an earlier life have failed."""

    def close(self) -> None:
        """Stop nothing any more."""
        for timer in list(self._timers.values()):
            timer.cancel()

    def begin(self, job: Record, context: Context) -> None:
        """Count the time of a *job* that has been created, if it is a spot job."""
        if job["EnableManagedSpotTraining"]:
            stop = partial(context.part(Jobs).stop, TRAINING, context, job, "MaxWaitTimeExceeded")
            timer = threading.Timer(job["StoppingCondition"]["MaxWaitTimeInSeconds"], stop)
            timer.daemon = True
            self._timers[job["TrainingJobArn"]] = timer
            timer.start()

    def end(self, job: Record) -> None:
        """Count no longer: the *job* has ended."""
        if timer := self._timers.pop(job["TrainingJobArn"], None):
            timer.cancel()
