"""The adapters of pipelines, wired to the stack; apart, so that others need not import them."""

from trainwright import callback_wiring, wiring
from trainwright.aws.executions import StepFunctionsExecutions
from trainwright.aws.pipelines.approvals import RegistryApprovals
from trainwright.aws.pipelines.cache import DynamoStepCache
from trainwright.aws.pipelines.herald import PipelineHerald
from trainwright.aws.pipelines.images import EcrDigests
from trainwright.aws.pipelines.jobs import SageMakerJobs
from trainwright.aws.pipelines.kept import S3Pipelines
from trainwright.aws.pipelines.launcher import Machines, StepFunctionsLauncher
from trainwright.aws.pipelines.logs import CloudWatchJobLogs
from trainwright.aws.pipelines.models import SageMakerModels
from trainwright.aws.pipelines.objects import S3Objects
from trainwright.aws.pipelines.progress import DynamoProgress
from trainwright.logic.pipelines.running.approval import Answering
from trainwright.logic.pipelines.running.ports import Running
from trainwright.settings import settings


def launcher() -> StepFunctionsLauncher:
    """Give the executions of the state machines of pipelines."""
    machine = settings().machine
    machines = Machines(machine("pipeline"), machine("pipeline-step"), machine("deploy"))
    return StepFunctionsLauncher(machines)


def executions() -> StepFunctionsExecutions:
    """Give the executions of `pipeline`."""
    return StepFunctionsExecutions(settings().machine("pipeline"))


def running() -> Running:
    """Give all that pipelines run with."""
    found = settings()
    objects = S3Objects()
    return Running(
        progress=DynamoProgress(found.steps_table),
        pipelines=S3Pipelines(found.bucket, objects),
        launcher=launcher(),
        jobs=SageMakerJobs(),
        store=objects,
        cache=DynamoStepCache(found.step_cache_table),
        herald=PipelineHerald(wiring.bus(), found.stack),
        images=EcrDigests(found.account),
        models=SageMakerModels(),
        logs=CloudWatchJobLogs(),
        callbacks=callback_wiring.callbacks(),
        account=wiring.account(),
    )


def answering() -> Answering:
    """Give all that a person's answer needs."""
    return Answering(
        progress=DynamoProgress(settings().steps_table),
        approvals=RegistryApprovals(),
        callbacks=callback_wiring.callbacks(),
    )
