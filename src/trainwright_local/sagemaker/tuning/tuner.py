"""One tuning job under way: at every change of its training jobs it decides what comes next."""

import logging
import threading
from collections.abc import Callable
from functools import partial

from trainwright_local.sagemaker.api.errors import ApiError
from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.api.tags import tags_of
from trainwright_local.sagemaker.jobs.admission import assumed
from trainwright_local.sagemaker.jobs.failures import InternalServerError
from trainwright_local.sagemaker.jobs.queue import Jobs
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.training.operations import begin
from trainwright_local.sagemaker.training.records import TRAINING
from trainwright_local.sagemaker.training.records import new_record as new_training_record
from trainwright_local.sagemaker.training.running import train
from trainwright_local.sagemaker.tuning.admission import most_epochs
from trainwright_local.sagemaker.tuning.children import (
    OBJECTIVE_PARAMETER,
    Child,
    has_ended,
    name_of,
    objective_of,
    request_of,
)
from trainwright_local.sagemaker.tuning.progress import Progress
from trainwright_local.sagemaker.tuning.ranges import ranges_of
from trainwright_local.sagemaker.tuning.records import CHILDREN, SEED, TUNING, most_jobs
from trainwright_local.sagemaker.tuning.search import STRATEGIES, Question, Trial
from trainwright_local.sagemaker.tuning.stopping import Rule, by_median, by_rungs, never
from trainwright_local.sagemaker.tuning.warm_start import inherited, overall_best

logger = logging.getLogger(__name__)


class Tuner:
    """Runs the tuning job *name* on a thread of its own; `notice` it of changes, `close` it."""

    def __init__(self, context: Context, name: str, ended: Callable[[], object]) -> None:
        self._context = context
        self._name = name
        self._ended = ended
        self._changed = threading.Event()
        self._closed = False
        self._asked_to_stop: set[str] = set()
        self._thread = threading.Thread(target=self._run, name=f"tuning-{name}", daemon=True)

    def start(self) -> None:
        """Begin, or go on with what an earlier life of the cloud began."""
        self._changed.set()
        self._thread.start()

    def notice(self) -> None:
        """Look at the training jobs again."""
        self._changed.set()

    def close(self, patience: float) -> None:
        """Leave the job as it is; the next life of the cloud goes on with it."""
        self._closed = True
        self._changed.set()
        self._thread.join(patience)

    def _run(self) -> None:
        try:
            while not self._step():
                self._changed.wait(self._patience())
                self._changed.clear()
        except ApiError as error:
            self._finish("Failed", error.message)
        except Exception as error:
            # The top of a thread: a fault of ours must end the job, or its caller waits for ever.
            logger.exception("Tuning job %s failed", self._name)
            self._finish("Failed", InternalServerError(repr(error)).reason)
        finally:
            self._ended()

    def _step(self) -> bool:
        """Do what is to be done now; whether there is nothing more to be done ever."""
        if self._closed:
            return True
        progress = Progress.of(self._name, self._context)
        TUNING.change(self._context, self._name, lambda job: self._note(job, progress))
        stopping = progress.tuning[TUNING.status] == "Stopping"
        failure = "" if stopping else progress.failure()
        enough = stopping or bool(failure) or progress.is_enough()
        if enough:
            self._stop(progress.running)
        else:
            self._stop_early(progress)
            enough = not self._begin_more(progress)
        if not enough or Progress.of(self._name, self._context).running:
            return False
        self._finish("Stopped" if stopping else "Failed" if failure else "Completed", failure)
        return True

    def _note(self, job: Record, progress: Progress) -> None:
        progress.note(job)
        if best := overall_best(progress, self._context):
            job["OverallBestTrainingJob"] = best

    def _patience(self) -> float | None:
        """Return when to look again though nothing has changed: when the time is up."""
        seconds = Progress.of(self._name, self._context).seconds_left()
        return seconds if 0 < seconds < float("inf") else None

    def _finish(self, stage: str, reason: str = "") -> None:
        if not self._closed:
            TUNING.advance(self._context, self._name, stage, reason)

    def _stop_early(self, progress: Progress) -> None:
        rule = _rule(progress)
        everybody = progress.competitors()
        self._stop(
            [
                child
                for child, one in zip(progress.children, everybody, strict=True)
                if one.running and one.series and rule(one, everybody)
            ]
        )

    def _stop(self, children: list[Child]) -> None:
        for child in children:
            name = child.record["TrainingJobName"]
            if name not in self._asked_to_stop:
                self._asked_to_stop.add(name)
                self._context.part(Jobs).stop(TRAINING, self._context, child.record)

    def _begin_more(self, progress: Progress) -> bool:
        """Begin as many training jobs as may run; whether there are more to come or to wait for."""
        most = most_jobs(progress.tuning)
        limits = progress.tuning["HyperParameterTuningJobConfig"]["ResourceLimits"]
        begun, running = len(progress.children), len(progress.running)
        while begun < most and running < limits["MaxParallelTrainingJobs"]:
            self._begin(Progress.of(self._name, self._context))
            begun, running = begun + 1, running + 1
        return begun < most or running > 0

    def _begin(self, progress: Progress) -> None:
        tuning = progress.tuning
        number = len(tuning[CHILDREN])
        values = STRATEGIES[tuning["HyperParameterTuningJobConfig"]["Strategy"]](
            _question(progress, number, inherited(tuning, self._context))
        )
        name = name_of(self._name, number + 1)
        request = request_of(tuning, name, values)
        role = assumed(request["RoleArn"], self._context)
        tags = tags_of(self._context, tuning[TUNING.arn])
        request["Tags"] = [{"Key": key, "Value": value} for key, value in tags.items()]
        record = new_training_record(request, self._context) | {"TuningJobArn": tuning[TUNING.arn]}
        child = {"Name": name, "Values": values, "Series": []}
        TUNING.change(self._context, self._name, lambda job: job[CHILDREN].append(child))
        begin(record, request, self._context, role, partial(self._train, number))

    def _train(self, number: int, run: Run) -> None:
        """Do the work of a training job, and write down its objective as it comes."""

        def watch(values: list[Record]) -> None:
            metric = run.job["HyperParameters"][OBJECTIVE_PARAMETER]
            found = [item["Value"] for item in values if item["MetricName"] == metric]
            if found:
                TUNING.change(
                    self._context,
                    self._name,
                    lambda job: job[CHILDREN][number]["Series"].extend(found),
                )
                self.notice()

        train(run, watch)


def _question(progress: Progress, number: int, before: list[Trial]) -> Question:
    config = progress.tuning["HyperParameterTuningJobConfig"]
    return Question(
        ranges=ranges_of(config["ParameterRanges"]),
        seed=progress.tuning[SEED],
        number=number,
        history=before + [_trial(child, progress.metric) for child in progress.children],
        minimize=progress.minimize,
    )


def _trial(child: Child, metric: str) -> Trial:
    if not has_ended(child.record):
        return Trial(child.values, None, pending=True)
    return Trial(child.values, objective_of(child.record, metric))


def _rule(progress: Progress) -> Rule:
    """Return how training jobs of this tuning job are stopped early."""
    config = progress.tuning["HyperParameterTuningJobConfig"]
    if config["Strategy"] == "Hyperband":
        asked = config.get("StrategyConfig", {}).get("HyperbandStrategyConfig", {})
        most = most_epochs(progress.tuning)
        assert most is not None, "refused without"
        return by_rungs(progress.minimize, asked.get("MinResource", 1), most)
    if config.get("TrainingJobEarlyStoppingType", "Off") == "Auto":
        return by_median(progress.minimize)
    return never
