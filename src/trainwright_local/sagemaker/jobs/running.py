"""One job, from its first status to its last."""

import logging
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Protocol

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.jobs.failures import (
    AlgorithmError,
    InternalServerError,
    JobError,
)
from trainwright_local.sagemaker.jobs.instances import Command, Ended, Instance
from trainwright_local.sagemaker.jobs.kinds import JobKind
from trainwright_local.sagemaker.jobs.log_stream import LogStream
from trainwright_local.sagemaker.jobs.repeated import Repeated
from trainwright_local.sagemaker.jobs.usage import UsageMetrics
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.store import Record

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""Between looks at what instances use."""


class Abandoned(Exception):  # noqa: N818 - no error: the cloud ends, and leaves the job as it is
    """The cloud is being closed; its next life says so in the job's record."""


class Ending(Exception):  # noqa: N818 - no error: the job is being stopped
    """The job is stopped before there was anything to collect."""


class Interrupted(Exception):  # noqa: N818 - no error: the job goes on, on other instances
    """The instances of a job have been taken away from it."""


class Endable(Protocol):
    """Something of a job that runs, and ends when the job is stopped: a process, a server."""

    def terminate(self, grace: float) -> object:
        """End it politely, for at most *grace* seconds."""

    def kill(self) -> object:
        """End it at once."""


type Work = Callable[["Run"], None]
"""Does all of a job; raises JobError if it fails."""


class Run:
    """A job that has its turn: `run` does it all, `stop` and `abandon` come from other threads."""

    def __init__(
        self, kind: JobKind, context: Context, job: Record, role: Role, folder: Path, work: Work
    ) -> None:
        self.kind = kind
        self.context = context
        self.job = job
        self.role = role
        self.folder = folder
        """Of the job alone, not made yet; removed at its end."""
        self.name: str = job[kind.name]
        self._work = work
        self._lock = threading.Lock()
        self._endables: list[Endable] = []
        self._end = ""
        self._abandoned = False
        self._broken_off: Exception | None = None

    @property
    def is_ending(self) -> bool:
        """Whether the job is being stopped, or abandoned."""
        return bool(self._end) or self._abandoned

    @property
    def is_abandoned(self) -> bool:
        """Whether the cloud is being closed, and nothing more should be done."""
        return self._abandoned

    def run(self) -> None:
        """Do the job; its record says how it went."""
        try:
            with suppress(Ending):
                self._work(self)
            self.finish("Completed")
        except Abandoned:
            logger.info("%s %s is left unfinished", self.kind.title, self.name)
        except JobError as error:
            self.finish("Failed", error.reason)
        except Exception as error:
            # The top of a thread: a fault of ours must end the job, or its caller waits for ever.
            logger.exception("%s %s failed", self.kind.title, self.name)
            self.finish("Failed", InternalServerError(repr(error)).reason)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def begin(self) -> None:
        """Leave the queue."""
        self.kind.advance(self.context, self.name, "Starting")

    def stop(self, end: str = "Stopped") -> None:
        """End what runs, politely first; the work goes on to what there is to collect by then."""
        with self._lock:
            if self._end or self._abandoned:
                return
            self._end = end
            self.kind.advance(self.context, self.name, "Stopping")
            endables = list(self._endables)
        grace = self.context.config.grace_seconds
        for endable in endables:
            threading.Thread(target=endable.terminate, args=(grace,), daemon=True).start()

    def break_off(self, error: Exception, grace: float = 0) -> None:
        """End what runs, politely for *grace* seconds, and let `execute` raise *error*."""
        with self._lock:
            if self._end or self._abandoned or self._broken_off:
                return
            self._broken_off = error
            endables = list(self._endables)
        for endable in endables:
            threading.Thread(target=endable.terminate, args=(grace,), daemon=True).start()

    def abandon(self) -> None:
        """Kill what runs, without a word in the record."""
        with self._lock:
            self._abandoned = True
            endables = list(self._endables)
        for endable in endables:
            endable.kill()

    def finish(self, stage: str, reason: str = "") -> None:
        """Enter the last stage: that of a stop if one was asked for, whatever happened since."""
        with self._lock:
            if self._abandoned:
                return
            stopped = self._end
            self._end = stopped or stage
            self.kind.advance(self.context, self.name, self._end, "" if stopped else reason)

    def enter(self, stage: str) -> bool:
        """Enter the next stage; not if the job is being stopped, when only its end is left."""
        with self._lock:
            if self._abandoned:
                raise Abandoned
            if not self._end:
                self.kind.advance(self.context, self.name, stage)
            return not self._end

    def begin_unless_stopped(self, start: Callable[[], Endable]) -> bool:
        """Start what is to end with the job; not if the job is ending already."""
        with self._lock:
            if self._end or self._abandoned or self._broken_off:
                return False
            self._endables.append(start())
            return True

    def execute(self, commands: Sequence[Command]) -> Ended | None:
        """Run *commands* at once, each on its instance, as long as the job may run.

        Returns the one that failed, at which the others are killed; nothing if all went well or
        the job was stopped meanwhile. Raises what the job was broken off for.
        """
        with ExitStack() as stack:
            instances = [Instance(command, self._log_stream) for command in commands]
            for instance in instances:
                stack.callback(instance.close)
            started = [i for i in instances if self.begin_unless_stopped(i.start)]
            for instance in started:
                stack.callback(Repeated(self._look_after(instance), LOOK_SECONDS).close)
            failed = self._first_failure(started)
        with self._lock:
            broken_off, self._broken_off = self._broken_off, None
            self._endables.clear()
            if self._end or self._abandoned:
                return None
        if broken_off:
            raise broken_off
        return failed

    def seconds_left(self) -> float:
        """Return how long the job may still run; never less than nothing."""
        record = self.kind.collection(self.context).get(self.name)
        assert record is not None
        limit: float = self.job["StoppingCondition"]["MaxRuntimeInSeconds"]
        began: float = record[f"{self.kind.prefix}StartTime"]
        return max(0, limit + began - time.time())

    def _look_after(self, instance: Instance) -> Callable[[], None]:
        namespace, host = self.kind.log_group, f"{self.name}/{instance.host}"
        metrics = UsageMetrics(self.role.cloudwatch, namespace, host)

        def look() -> None:
            if problem := instance.look(metrics):
                self.break_off(AlgorithmError(problem))

        return look

    def _log_stream(self, host: str) -> LogStream:
        stream = f"{self.name}/{host}-{round(time.time() * 1000)}"
        return LogStream(self.role.logs, self.kind.log_group, stream)

    def _first_failure(self, instances: Sequence[Instance]) -> Ended | None:
        """Wait for all; when the time is up, stop the job and go on waiting."""
        ends: SimpleQueue[Ended] = SimpleQueue()
        for instance in instances:
            threading.Thread(target=instance.wait, args=(ends,), daemon=True).start()
        failed = None
        for _ in instances:
            ended = self._next_end(ends)
            if ended.code and not (failed or self._end or self._abandoned or self._broken_off):
                failed = ended
                for instance in instances:
                    instance.kill()
        return failed

    def _next_end(self, ends: SimpleQueue[Ended]) -> Ended:
        try:
            return ends.get(timeout=self.seconds_left())
        except Empty:
            self.stop(self.kind.timed_out)
            return ends.get()
