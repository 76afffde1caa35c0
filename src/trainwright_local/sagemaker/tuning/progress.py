"""How far a tuning job has come: counted, compared, and whether that is enough."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.tuning.children import (
    Child,
    children_of,
    has_ended,
    objective_of,
    objective_status,
    status_counter,
    summary_of,
)
from trainwright_local.sagemaker.tuning.records import COUNTERS, OBJECTIVES, TUNING, most_jobs
from trainwright_local.sagemaker.tuning.stopping import Competitor

IMPROVEMENT = 0.01
"""By which share an objective must be better to count as an improvement."""
ATTEMPTS = 5
"""After so many training jobs without one success a tuning job is given up."""
NONE_SUCCEEDED = (
    "No training job succeeded after {} attempts. Please take a look at the training job failures "
    "to get more details."
)
NO_OBJECTIVE = (
    "No objective metrics found after running {} training jobs. Please ensure that the custom "
    "algorithm is emitting the objective metric as defined by the regular expression provided."
)


@dataclass(frozen=True)
class Progress:
    """A tuning job and all training jobs that it has begun, in that order."""

    tuning: Record
    children: Sequence[Child]

    @classmethod
    def of(cls, name: str, context: Context) -> "Progress":
        """Return how far the tuning job *name* has come."""
        tuning = TUNING.collection(context).get(name)
        assert tuning is not None, "tuning jobs are never deleted"
        return cls(tuning, children_of(tuning, context))

    @property
    def metric(self) -> str:
        """The name of the objective."""
        name: str = self._objective["MetricName"]
        return name

    @property
    def minimize(self) -> bool:
        """Whether less is better."""
        return bool(self._objective["Type"] == "Minimize")

    @property
    def running(self) -> list[Child]:
        """The training jobs that have not ended."""
        return [child for child in self.children if not has_ended(child.record)]

    @property
    def succeeded(self) -> list[Child]:
        """The training jobs that ended with an objective, in the order in which they ended."""
        found = [c for c in self.children if objective_status(c.record, self.metric) == "Succeeded"]
        return sorted(found, key=lambda child: child.record["LastModifiedTime"])

    @property
    def best(self) -> Child | None:
        """The training job with the best objective."""
        return min(self.succeeded, key=self._loss, default=None)

    @property
    def least_loss(self) -> float:
        """The objective of the best, turned so that less is better."""
        return float("inf") if self.best is None else self._loss(self.best)

    @property
    def not_improving(self) -> int:
        """How many training jobs have ended since the last that was better by one per cent."""
        count, best = 0, float("inf")
        for child in self.succeeded:
            loss = self._loss(child)
            if loss < best - IMPROVEMENT * abs(best) or best == float("inf"):
                count, best = 0, loss
            else:
                count += 1
        return count

    def best_summary(self) -> Record | None:
        """Return what is told of the best training job."""
        if self.best is None:
            return None
        own = {"TuningJobName": self.tuning[TUNING.name]}
        return summary_of(self.best, self.tuning) | own

    def competitors(self) -> list[Competitor]:
        """Return the training jobs as rules of early stopping see them."""
        return [
            Competitor(number, child.series, not has_ended(child.record))
            for number, child in enumerate(self.children)
        ]

    def note(self, record: Record) -> None:
        """Write into the *record* of the tuning job what is to be told."""
        statuses = [status_counter(child.record) for child in self.children]
        objectives = [objective_status(child.record, self.metric) for child in self.children]
        record["TrainingJobStatusCounters"] = {name: statuses.count(name) for name in COUNTERS}
        record["ObjectiveStatusCounters"] = {name: objectives.count(name) for name in OBJECTIVES}
        record["TuningJobCompletionDetails"] = {
            "NumberOfTrainingJobsObjectiveNotImproving": self.not_improving
        }
        if best := self.best_summary():
            record["BestTrainingJob"] = best

    def failure(self) -> str:
        """Say why it is of no use to go on; nothing if it is."""
        ended = [child.record for child in self.children if has_ended(child.record)]
        if self.succeeded or len(ended) < min(ATTEMPTS, most_jobs(self.tuning)):
            return ""
        all_failed = all(record["TrainingJobStatus"] == "Failed" for record in ended)
        return (NONE_SUCCEEDED if all_failed else NO_OBJECTIVE).format(len(ended))

    def is_enough(self) -> bool:
        """Whether no more training jobs are to be begun, and those that run may be stopped."""
        criteria = self._config.get("TuningJobCompletionCriteria", {})
        patience = criteria.get("BestObjectiveNotImproving", {}).get(
            "MaxNumberOfTrainingJobsNotImproving"
        )
        target = criteria.get("TargetObjectiveMetricValue")
        reached = target is not None and self.least_loss <= (target if self.minimize else -target)
        tired = patience is not None and self.not_improving >= patience
        return reached or tired or self.seconds_left() <= 0

    def seconds_left(self) -> float:
        """Return how long the tuning job may still take."""
        most: float = self._config["ResourceLimits"].get("MaxRuntimeInSeconds", float("inf"))
        began: float = self.tuning["CreationTime"]
        return most + began - time.time()

    @property
    def _config(self) -> Record:
        config: Record = self.tuning["HyperParameterTuningJobConfig"]
        return config

    @property
    def _objective(self) -> Record:
        objective: Record = self._config["HyperParameterTuningJobObjective"]
        return objective

    def _loss(self, child: Child) -> float:
        value = objective_of(child.record, self.metric)
        assert value is not None, "only of those that succeeded"
        return value if self.minimize else -value
