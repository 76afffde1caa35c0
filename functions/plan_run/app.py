"""Plan a run. State `Plan run` of statemachines/train_deploy.asl.yaml."""

from trainwright import wiring
from trainwright.aws.files import S3Files
from trainwright.handler import step
from trainwright.logic.begin_run import begin_run
from trainwright.logic.planning.ports import Algorithms, DataSets
from trainwright.logic.ports import Journal
from trainwright.models.plan import PlannedRun
from trainwright.models.states import PlanRunRequest


@step
def lambda_handler(
    request: PlanRunRequest,
    algorithms: Algorithms | None = None,
    data_sets: DataSets | None = None,
    journal: Journal | None = None,
) -> PlannedRun:
    """Wire the catalogue and the data sets to the planning."""
    return begin_run(
        request,
        algorithms=algorithms or wiring.catalogue(),
        data_sets=data_sets or S3Files(),
        journal=journal or wiring.journal(),
        account=wiring.account(),
    )
