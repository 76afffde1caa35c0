"""The queue of jobs of all kinds: so many run at once, the others wait in the order they came."""

import shutil
import threading
from dataclasses import replace
from pathlib import Path

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.jobs.failures import InternalServerError
from trainwright_local.sagemaker.jobs.kinds import QUEUED, JobKind
from trainwright_local.sagemaker.jobs.running import Run, Work
from trainwright_local.sagemaker.parts import Service, part
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.store import Record

PATIENCE_SECONDS = 5
"""How long a closing cloud waits for a job that is neither a process nor at its end."""

type Key = tuple[str, str, str, str]
"""Account, region, kind and name of a job."""


@part
class Jobs:
    """Every job that has not ended, of all kinds, accounts and regions."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._folder: Path = service.config.state_dir / "jobs"
        self._lock = threading.Lock()
        self._waiting: dict[Key, Run] = {}
        self._running: dict[Key, tuple[Run, threading.Thread]] = {}

    def start(self) -> None:
        """Fail the jobs that an earlier life of the cloud left unfinished."""
        for account, region in self._service.stores.places():
            context = Context(account, region, self._service)
            for kind in QUEUED:
                for job in kind.collection(context).list():
                    if not kind.has_ended(job):
                        self._fail_left_over(context, kind, job)

    def submit(self, kind: JobKind, context: Context, job: Record, role: Role, work: Work) -> None:
        """Do the *work* of *job*, whose record exists, as soon as it has its turn."""
        key = _key(context, kind, job)
        run = Run(kind, replace(context, headers={}), job, role, self._folder_of(key), work)
        with self._lock:
            kind.announce(context, job)
            if len(self._running) < self._service.config.max_jobs:
                self._run(key, run)
            else:
                kind.advance(context, run.name, "Pending")
                self._waiting[key] = run

    def stop(self, kind: JobKind, context: Context, job: Record, end: str = "Stopped") -> None:
        """End *job*; one that waits ends at once."""
        key = _key(context, kind, job)
        with self._lock:
            waited = self._waiting.pop(key, None)
            running = self._running.get(key)
        if waited:
            waited.stop(end)
            waited.finish(end)
        if running:
            running[0].stop(end)

    def close(self) -> None:
        """Kill every process; the records are put right when the cloud starts again."""
        with self._lock:
            waiting = list(self._waiting.values())
            self._waiting.clear()
            running = list(self._running.values())
        for run in waiting + [run for run, _ in running]:
            run.abandon()
        for _, thread in running:
            thread.join(PATIENCE_SECONDS)

    def _fail_left_over(self, context: Context, kind: JobKind, job: Record) -> None:
        key = _key(context, kind, job)
        with self._lock:
            if key in self._waiting or key in self._running:
                return  # it was asked for while the cloud was starting
        cut_off = f"The local cloud ended while this {kind.noun} was under way."
        kind.advance(context, job[kind.name], "Failed", InternalServerError(cut_off).reason)
        shutil.rmtree(self._folder_of(key), ignore_errors=True)

    def _run(self, key: Key, run: Run) -> None:
        thread = threading.Thread(
            target=self._work, args=(key, run), name=f"{run.kind.resource}-{run.name}", daemon=True
        )
        self._running[key] = (run, thread)
        thread.start()

    def _work(self, key: Key, run: Run) -> None:
        run.run()
        with self._lock:
            del self._running[key]
            if self._waiting:
                next_key = next(iter(self._waiting))
                following = self._waiting.pop(next_key)
                following.begin()
                self._run(next_key, following)

    def _folder_of(self, key: Key) -> Path:
        return self._folder.joinpath(*key)


def _key(context: Context, kind: JobKind, job: Record) -> Key:
    return context.account, context.region, kind.folder, job[kind.name]
