"""The adapters of waits, wired to the stack; only the functions that wait need to import them."""

from datetime import UTC, datetime

from trainwright.aws.executions import StepFunctionsAnswers
from trainwright.aws.resources import SageMakerResources
from trainwright.aws.serving import SageMakerEndpoints
from trainwright.aws.tasks import DynamoTasks
from trainwright.logic.ports import Callbacks
from trainwright.settings import settings


def callbacks() -> Callbacks:
    """Give all that starts a wait and ends one."""
    return Callbacks(
        tasks=DynamoTasks(settings().tasks_table),
        resources=SageMakerResources(),
        answers=StepFunctionsAnswers(),
        endpoints=SageMakerEndpoints(),
        now=lambda: datetime.now(UTC),
    )
