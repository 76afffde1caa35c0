"""A run that has come to one of its steps, which a test begins and fails as it likes."""

from typing import Any

from tests.unit.pipelines.memory import World
from tests.unit.pipelines.simulation import REF, Simulation
from trainwright.logic.pipelines.running.begin_step import begin_step
from trainwright.logic.pipelines.running.judge_failure import judge_failure
from trainwright.models.pipelines.states import (
    BeginStepRequest,
    BegunStep,
    JudgeFailureRequest,
    StepRef,
)


class At:
    """A run that has come to a step, with what earlier steps gave."""

    def __init__(self, step: str, **changes: Any) -> None:
        self.simulation = Simulation(**changes)
        self.world: World = self.simulation.world
        self.step = step
        self.simulation.run(until=step)

    def target(self) -> StepRef:
        return StepRef(ref=REF, step=self.step, attempt=1, wait_seconds=60)

    def begin(self, token: str = "T") -> BegunStep:
        request = BeginStepRequest(target=self.target(), token=token)
        return begin_step(request, self.world.ports())

    def fail(self, error: str = "StepFailedError", cause: str = "broken") -> bool:
        request = JudgeFailureRequest(target=self.target(), error=error, cause=cause)
        return judge_failure(request, self.world.ports()).again

    @property
    def answer(self) -> object:
        return self.world.callbacks.answers.given.get("T")
