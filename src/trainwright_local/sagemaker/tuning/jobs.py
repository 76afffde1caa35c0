"""The tuning jobs that are under way."""

import threading
from dataclasses import replace

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.jobs.queue import PATIENCE_SECONDS
from trainwright_local.sagemaker.parts import Service, part
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.training.records import TRAINING
from trainwright_local.sagemaker.tuning.records import TUNING
from trainwright_local.sagemaker.tuning.tuner import Tuner


@part
class TuningJobs:
    """Every tuning job that has not ended, of all accounts and regions."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._lock = threading.Lock()
        self._tuners: dict[str, Tuner] = {}
        """By the ARN of the tuning job."""

    def start(self) -> None:
        """Go on with the jobs of an earlier life; their training jobs have failed with it."""
        for account, region in self._service.stores.places():
            context = Context(account, region, self._service)
            for job in TUNING.collection(context).list():
                if not TUNING.has_ended(job):
                    self.run(context, job)

    def run(self, context: Context, job: Record) -> None:
        """Run *job*, unless it is being run."""
        arn = job[TUNING.arn]
        with self._lock:
            if arn in self._tuners:
                return
            tuner = Tuner(replace(context, headers={}), job[TUNING.name], lambda: self._forget(arn))
            self._tuners[arn] = tuner
        tuner.start()

    def notice(self, arn: str) -> None:
        """Let a job look at its training jobs, of which one has changed, or at itself."""
        with self._lock:
            tuner = self._tuners.get(arn)
        if tuner is not None:
            tuner.notice()

    def close(self) -> None:
        """Leave all jobs as they are."""
        with self._lock:
            tuners = list(self._tuners.values())
        for tuner in tuners:
            tuner.close(PATIENCE_SECONDS)

    def _forget(self, arn: str) -> None:
        with self._lock:
            self._tuners.pop(arn, None)


def _changed(context: Context, record: Record) -> None:
    """Tell the tuning job of a training job, if it has one, that it has changed."""
    if "TuningJobArn" in record:
        context.part(TuningJobs).notice(record["TuningJobArn"])


TRAINING.listeners.append(_changed)
