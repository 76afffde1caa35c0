"""A run as it is now: one look at all that belongs to it."""

from dataclasses import dataclass

from trainwright.logic.naming import job_name
from trainwright.models.plan import RunRef
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.executions import execution_arn
from trainwright_cli.live.history import Execution, Phase, Step
from trainwright_cli.live.job import Job, JobSource
from trainwright_cli.live.source import ExecutionSource
from trainwright_cli.live.tree import Node, build

TRAIN = "Train"
"""The state of train_deploy that waits for the training job."""


@dataclass(frozen=True)
class View:
    """A run at one moment."""

    run: str
    execution: Execution
    nodes: tuple[Node, ...]
    job: Job | None = None


class RunSource:
    """Looks at *run* again and again."""

    def __init__(self, cloud: Cloud, run: str) -> None:
        self._run = run
        self._train_deploy = ExecutionSource(cloud, execution_arn(cloud.stack.state_machine, run))
        self._job = JobSource(
            cloud, job_name(cloud.stack_name, RunRef(id=run, model="", algorithm=""))
        )
        self._cloud = cloud
        self._children: dict[str, ExecutionSource] = {}
        self._last_job: Job | None = None

    def look(self) -> View:
        """Give the run as it is now."""
        execution = self._train_deploy.look()
        steps = {step.name: step for step in execution.steps}
        if (train := steps.get(TRAIN)) and not self._is_over(train):
            self._last_job = self._job.look()
        inside = {step.name: self._nested(step.child) for step in execution.steps if step.child}
        nodes = build(execution, self._train_deploy.definition, inside)
        return View(self._run, execution, nodes, self._last_job)

    def _is_over(self, train: Step) -> bool:
        """Whether the job has nothing new to say: it was looked at after its end."""
        ended = self._last_job and self._last_job.status in {"Completed", "Failed", "Stopped"}
        return train.phase is not Phase.RUNNING and bool(ended)

    def _nested(self, arn: str) -> tuple[Node, ...]:
        source = self._children.setdefault(arn, ExecutionSource(self._cloud, arn))
        return build(source.look(), source.definition)
