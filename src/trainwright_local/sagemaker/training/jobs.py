"""The queue of training jobs: so many run at once, the others wait in the order they came."""

import shutil
import threading
from dataclasses import replace
from pathlib import Path

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.service import SageMakerService, part
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.training import records
from trainwright_local.sagemaker.training.failures import InternalServerError
from trainwright_local.sagemaker.training.running import RunningJob

CUT_OFF = InternalServerError("The local cloud ended while this training job was under way.")
PATIENCE_SECONDS = 5
"""How long a closing cloud waits for a job that is neither a process nor at its end."""

type Key = tuple[str, str, str]
"""Account, region and name of a job."""


@part
class TrainingJobs:
    """Every training job that has not ended, of all accounts and regions."""

    def __init__(self, service: SageMakerService) -> None:
        self._service = service
        self._folder: Path = service.config.state_dir / "jobs"
        self._lock = threading.Lock()
        self._waiting: dict[Key, RunningJob] = {}
        self._running: dict[Key, tuple[RunningJob, threading.Thread]] = {}

    def start(self) -> None:
        """Fail the jobs that an earlier life of the cloud left unfinished."""
        for account, region in self._service.stores.places():
            context = Context(account, region, self._service)
            for job in records.collection(context).list():
                if job["TrainingJobStatus"] not in records.ENDED and not self._has(context, job):
                    records.advance(context, job["TrainingJobName"], "Failed", CUT_OFF.reason)
                    shutil.rmtree(self._folder_of(_key(context, job)), ignore_errors=True)

    def submit(self, context: Context, job: Record, role: Role) -> None:
        """Run *job*, whose record exists, as soon as it has its turn."""
        key = _key(context, job)
        running = RunningJob(replace(context, headers={}), job, role, self._folder_of(key))
        with self._lock:
            records.announce(context, job)
            if len(self._running) < self._service.config.max_jobs:
                self._run(key, running)
            else:
                records.advance(context, running.name, "Pending")
                self._waiting[key] = running

    def stop(self, context: Context, job: Record) -> None:
        """End *job*; one that waits ends at once."""
        key = _key(context, job)
        with self._lock:
            waited = self._waiting.pop(key, None)
            running = self._running.get(key)
        if waited:
            waited.stop()
            waited.finish("Stopped")
        if running:
            running[0].stop()

    def close(self) -> None:
        """Kill every script; the records are put right when the cloud starts again."""
        with self._lock:
            waiting = list(self._waiting.values())
            self._waiting.clear()
            running = list(self._running.values())
        for job in waiting + [job for job, _ in running]:
            job.abandon()
        for _, thread in running:
            thread.join(PATIENCE_SECONDS)

    def _has(self, context: Context, job: Record) -> bool:
        with self._lock:
            return _key(context, job) in self._waiting.keys() | self._running.keys()

    def _run(self, key: Key, job: RunningJob) -> None:
        thread = threading.Thread(
            target=self._work, args=(key, job), name=f"training-{job.name}", daemon=True
        )
        self._running[key] = (job, thread)
        thread.start()

    def _work(self, key: Key, job: RunningJob) -> None:
        job.run()
        with self._lock:
            del self._running[key]
            if self._waiting:
                next_key = next(iter(self._waiting))
                following = self._waiting.pop(next_key)
                following.begin()
                self._run(next_key, following)

    def _folder_of(self, key: Key) -> Path:
        return self._folder.joinpath(*key)


def _key(context: Context, job: Record) -> Key:
    return context.account, context.region, job["TrainingJobName"]
