"""One training job, from its first status to its last."""

import logging
import shutil
import threading
import time
from pathlib import Path

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.processes import Process
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.training import records
from trainwright_local.sagemaker.training.artifacts import upload_artifacts
from trainwright_local.sagemaker.training.failures import InternalServerError, JobError
from trainwright_local.sagemaker.training.inputs import fetch_channels, fetch_source
from trainwright_local.sagemaker.training.log_stream import LogStream
from trainwright_local.sagemaker.training.metrics import MetricWatch
from trainwright_local.sagemaker.training.opt_ml import HOST, OptMl
from trainwright_local.sagemaker.training.output import LineBatches, Tail
from trainwright_local.sagemaker.training.script import failure_of, interpreter, start

logger = logging.getLogger(__name__)

LOG_GROUP = "/aws/sagemaker/TrainingJobs"


class Abandoned(Exception):  # noqa: N818 - no error: the cloud ends, and leaves the job as it is
    """The cloud is being closed; its next life says so in the job's record."""


class RunningJob:
    """A job that has its turn: `run` does it all, `stop` and `abandon` come from other threads."""

    def __init__(self, context: Context, job: Record, role: Role, folder: Path) -> None:
        self.name: str = job["TrainingJobName"]
        self._context = context
        self._job = job
        self._role = role
        self._folder = folder
        self._opt_ml = OptMl(folder / "ml")
        self._tail = Tail()
        self._lock = threading.Lock()
        self._process: Process | None = None
        self._end = ""
        self._abandoned = False

    def run(self) -> None:
        """Do the job; its record says how it went."""
        try:
            self.finish(self._work())
        except Abandoned:
            logger.info("Training job %s is left unfinished", self.name)
        except JobError as error:
            self.finish("Failed", error.reason)
        except Exception as error:
            # The top of a thread: a fault of ours must end the job, or its caller waits for ever.
            logger.exception("Training job %s failed", self.name)
            self.finish("Failed", InternalServerError(repr(error)).reason)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self, end: str = "Stopped") -> None:
        """End the script, politely first; what the model folder holds by then is uploaded."""
        with self._lock:
            if self._end or self._abandoned:
                return
            self._end = end
            records.advance(self._context, self.name, "Stopping")
            process = self._process
        if process is not None:
            grace = self._context.config.grace_seconds
            threading.Thread(target=process.terminate, args=(grace,), daemon=True).start()

    def abandon(self) -> None:
        """Kill the script without a word in the record."""
        with self._lock:
            self._abandoned = True
            process = self._process
        if process is not None:
            process.kill()

    def _work(self) -> str:
        """Go through the stages; return the last secondary status."""
        self._opt_ml.lay_out(self._job)
        fetch_source(self._job, self._role, self._opt_ml)
        python = interpreter(self._job, self._context, self._opt_ml)
        if self._job.get("InputDataConfig") and self._enter("Downloading"):
            fetch_channels(self._job, self._role, self._opt_ml)
        if self._enter("Training"):
            self._train(python)
            self._enter("Uploading")
            upload_artifacts(self._job, self._role, self._opt_ml)
        return "Completed"

    def _enter(self, status: str) -> bool:
        """Enter the next stage; not if the job is being stopped, when only its end is left."""
        with self._lock:
            if self._abandoned:
                raise Abandoned
            if not self._end:
                records.advance(self._context, self.name, status)
            return not self._end

    def begin(self) -> None:
        """Leave the queue."""
        records.advance(self._context, self.name, "Starting")

    def finish(self, status: str, reason: str = "") -> None:
        """Enter the last status: that of a stop if one was asked for, whatever happened since."""
        with self._lock:
            if self._abandoned:
                return
            stopped = self._end
            self._end = stopped or status
            records.advance(self._context, self.name, self._end, "" if stopped else reason)

    def _train(self, python: Path) -> None:
        stream = f"{self.name}/{HOST}-{round(time.time() * 1000)}"
        log = LogStream(self._role.logs, LOG_GROUP, stream)
        lines = LineBatches(self._tail.remember, log.send, self._metrics().observe)
        try:
            with self._lock:
                if not self._end and not self._abandoned:
                    self._process = start(self._job, self._role, self._opt_ml, python, lines.write)
            code = self._wait() if self._process else 0
        finally:
            lines.close()
        if code and not self._end and not self._abandoned:
            raise failure_of(code, self._opt_ml, self._tail)

    def _wait(self) -> int:
        """Wait for the script, as long as it may run."""
        assert self._process is not None
        started = records.collection(self._context).get(self.name)
        assert started is not None
        limit = self._job["StoppingCondition"]["MaxRuntimeInSeconds"]
        try:
            return self._process.wait(max(0, limit + started["TrainingStartTime"] - time.time()))
        except TimeoutError:
            self.stop("MaxRuntimeExceeded")
            return self._process.wait()

    def _metrics(self) -> MetricWatch:
        def keep(values: list[Record]) -> None:
            records.change(
                self._context, self.name, lambda job: job.update(FinalMetricDataList=values)
            )

        definitions = self._job["AlgorithmSpecification"].get("MetricDefinitions", [])
        return MetricWatch(definitions, keep, self._role.cloudwatch, self.name)
