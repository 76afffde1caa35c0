"""Stop what an ended execution left behind; on Step Functions' status events."""

from trainwright import callback_wiring, wiring
from trainwright.aws.training import SageMakerTrainingJobs
from trainwright.handler import step
from trainwright.logic.ports import Callbacks, Executions, Journal, TrainingJobs
from trainwright.logic.stop_run import stop_run
from trainwright.models.inbound import ExecutionEnded
from trainwright.models.states import StoppedRun


@step
def lambda_handler(
    event: ExecutionEnded,
    executions: Executions | None = None,
    jobs: TrainingJobs | None = None,
    callbacks: Callbacks | None = None,
    journal: Journal | None = None,
) -> StoppedRun:
    """Wire the paid jobs to the end of their run."""
    return stop_run(
        event,
        executions=executions or wiring.executions(),
        jobs=jobs or SageMakerTrainingJobs(),
        callbacks=callbacks or callback_wiring.callbacks(),
        journal=journal or wiring.journal(),
        account=wiring.account(),
    )
