"""Plays the state machines: carries messages between the functions, in memory, to the end."""

from collections import deque
from collections.abc import Callable
from typing import Any

from tests.unit.pipelines.confs import a_conf
from tests.unit.pipelines.memory import World, plain
from trainwright.errors import TrainwrightError
from trainwright.logic.pipelines.running.begin_run import begin_run
from trainwright.logic.pipelines.running.begin_step import begin_step
from trainwright.logic.pipelines.running.finish_run import finish_run
from trainwright.logic.pipelines.running.finish_step import finish_step
from trainwright.logic.pipelines.running.judge_failure import judge_failure
from trainwright.logic.pipelines.running.start_steps import start_steps
from trainwright.models.message import JsonObject
from trainwright.models.pipelines.bundle import Bundle, PublishedFile
from trainwright.models.pipelines.plan import PipelineRef
from trainwright.models.pipelines.states import (
    BeginStepRequest,
    BegunPipeline,
    FinishedPipeline,
    FinishPipelineRequest,
    FinishStepRequest,
    JudgeFailureRequest,
    PlanPipelineRequest,
    StartStepsRequest,
    StepRef,
)

REF = PipelineRef(pipeline="churn", run="churn-0123456789ab")

type Outcome = Callable[[str, int], JsonObject | tuple[str, str]]
"""What the work of a step gives at its nth try: a result, or an error and its reason."""


def succeed(step: str, _try: int) -> JsonObject:
    """Give what any job gives."""
    return {"job": step, "outputs": {"train": f"s3://out/{step}"}, "artifact": f"s3://out/{step}"}


def steps_named(*names: str, extra: str = "") -> str:
    """Write processing steps."""
    return "\n".join(
        f"- {{step_name: {name}, step_class: Processing, step_type: preprocess{extra}}}"
        for name in names
    )


def failing(*steps: str, error: str = "StepFailedError", until: int = 1000) -> Outcome:
    """Let *steps* fail at their first *until* tries."""

    def outcome(step: str, number: int) -> JsonObject | tuple[str, str]:
        broken = step in steps and number <= until
        return (error, f"{step} is broken") if broken else succeed(step, number)

    return outcome


class Simulation:
    """One pipeline in a world of its own."""

    def __init__(self, conf: str = "", outcome: Outcome = succeed, **changes: Any) -> None:
        text = conf or a_conf(**changes)
        files = (PublishedFile(name="conf.yaml", text=text),)
        staged = {name: f"s3://demo-bucket/{name}.tar.gz" for name in ("code", "code/train")}
        self.world = World(Bundle(name="churn", files=files, staged=staged))
        self.outcome = outcome
        self.tries: dict[str, int] = {}
        self.order: list[str] = []
        self.peak = 0
        self.pauses: list[int] = []
        self._played: set[str] = set()

    def run(self, *, resume: bool = False, until: str = "", **parameters: Any) -> FinishedPipeline:
        """Play a run to its end, or up to the begin of step *until*."""
        begun = self.begin(resume=resume, **parameters)
        ports = self.world.ports()
        if not begun.accepted:
            return finish_run(FinishPipelineRequest(ref=REF, problems=begun.problems), ports)
        token = f"run-{begun.attempt}"
        start_steps(
            StartStepsRequest(
                ref=REF, attempt=begun.attempt, execution=f"execution-{begun.attempt}", token=token
            ),
            ports,
        )
        self._play(until)
        if until:
            return FinishedPipeline(status="Stopped")
        assert token in self.world.callbacks.answers.given, "nobody answered the run"
        return finish_run(FinishPipelineRequest(ref=REF), ports)

    def begin(self, *, resume: bool = False, **parameters: Any) -> BegunPipeline:
        """Play the first state."""
        number = 2 if resume else 1
        if not resume:
            self._played.clear()
        request = PlanPipelineRequest(
            ref=REF, execution=f"execution-{number}", parameters=parameters, resume=resume
        )
        return begin_run(request, self.world.ports())

    def statuses(self) -> dict[str, str]:
        """Give the status of every step."""
        found = self.world.progress.steps(REF.run)
        return {name: record.status.value for name, record in found.items()}

    def _play(self, until: str) -> None:
        """Play executions of steps in the order of their start, all that run at once in turn."""
        todo: deque[StepRef] = deque()
        while True:
            for name, target in list(self.world.launcher.steps.items()):
                if name not in self._played:
                    self._played.add(name)
                    todo.append(StepRef.model_validate(plain(target)))
            self.peak = max(self.peak, len(todo))
            if not todo or todo[0].step == until:
                return
            self._execute(todo.popleft())

    def _execute(self, target: StepRef) -> None:
        while True:
            number = self.tries[target.step] = self.tries.get(target.step, 0) + 1
            token = f"{target.step}-{target.attempt}-{number}"
            try:
                result = self._work(target, token, number)
            except TrainwrightError as error:
                result = (type(error).__name__, str(error))
            if isinstance(result, dict):
                finish_step(FinishStepRequest(target=target, result=result), self.world.ports())
                return
            request = JudgeFailureRequest(target=target, error=result[0], cause=result[1])
            verdict = judge_failure(request, self.world.ports())
            if not verdict.again:
                return
            self.pauses.append(verdict.seconds)

    def _work(self, target: StepRef, token: str, number: int) -> JsonObject | tuple[str, str]:
        answers = self.world.callbacks.answers.given
        begun = begin_step(BeginStepRequest(target=target, token=token), self.world.ports())
        if begun.did == "began":
            self.order.append(target.step)
            return self.outcome(target.step, number)
        if begun.did == "done":
            self.order.append(target.step)
        return plain(answers[token])  # type: ignore[no-any-return]
