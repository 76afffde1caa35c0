"""Begin a run: plan it, and say that it starts unless it is refused."""

from trainwright.logic.planning.plan_run import plan_run
from trainwright.logic.planning.ports import Algorithms, DataSets
from trainwright.logic.ports import Journal
from trainwright.models.account import Account
from trainwright.models.events import RunStarted
from trainwright.models.plan import PlannedRun
from trainwright.models.states import PlanRunRequest


def begin_run(
    request: PlanRunRequest,
    *,
    algorithms: Algorithms,
    data_sets: DataSets,
    journal: Journal,
    account: Account,
) -> PlannedRun:
    """Plan the run and record its start; a refusal is announced later, with its problems."""
    planned = plan_run(request, algorithms=algorithms, data_sets=data_sets, account=account)
    if plan := planned.plan:
        started = RunStarted(
            execution=request.execution,
            data=plan.data.uri if plan.data else "",
            algorithm_version=plan.algorithm_version,
            gate=plan.gate,
            trains=plan.training is not None,
            deploys=plan.deployment is not None,
        )
        journal.write(plan.run, started, status="Running")
    return planned
