"""Start a training job. State `Train` of statemachines/train_deploy.asl.yaml."""

from trainwright import callback_wiring, wiring
from trainwright.aws.training import SageMakerTrainingJobs
from trainwright.handler import step
from trainwright.logic.ports import Callbacks, TrainingJobs
from trainwright.logic.start_training import start_training
from trainwright.models.states import SettledTask, StartTrainingRequest


@step
def lambda_handler(
    request: StartTrainingRequest,
    jobs: TrainingJobs | None = None,
    callbacks: Callbacks | None = None,
) -> SettledTask:
    """Wire SageMaker's training jobs to the token that waits for one."""
    return start_training(
        request,
        jobs=jobs or SageMakerTrainingJobs(),
        callbacks=callbacks or callback_wiring.callbacks(),
        account=wiring.account(),
    )
