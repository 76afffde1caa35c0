"""State `Plan pipeline`: read, plan, hold against the cap, and keep the plan."""

from collections.abc import Container, Iterable, Mapping

from trainwright.logic.pipelines.planning.cost import prices
from trainwright.logic.pipelines.planning.plan_pipeline import plan_pipeline
from trainwright.logic.pipelines.reading.definition import read_pipeline
from trainwright.logic.pipelines.running.ports import Running
from trainwright.logic.pipelines.running.resume import resume_run
from trainwright.models.account import Account
from trainwright.models.message import Problem
from trainwright.models.pipelines.bundle import Bundle
from trainwright.models.pipelines.definition import Definition
from trainwright.models.pipelines.events import PipelineStarted
from trainwright.models.pipelines.plan import Estimate, PipelinePlan, PlannedStep
from trainwright.models.pipelines.states import BegunPipeline, PlanPipelineRequest


def begin_run(request: PlanPipelineRequest, ports: Running) -> BegunPipeline:
    """Plan a new run, or prepare an ended one to go on; a refusal has every problem."""
    if request.resume:
        return resume_run(request, ports)
    bundle = ports.pipelines.bundle(request.ref.pipeline)
    if bundle is None:
        message = f"'{request.ref.pipeline}' is not published"
        return _refused(request, [Problem(field="pipeline", message=message)])
    plan, problems = _plan(request, bundle, ports.account)
    if plan is None:
        return _refused(request, problems)
    ports.pipelines.keep_plan(plan)
    total = total_of(plan)
    started = PipelineStarted(
        execution=request.execution,
        attempt=1,
        steps=len(plan.steps),
        parameters=plan.parameters,
        cause=request.cause,
        estimate=total,
    )
    ports.herald.tell(request.ref, started)
    return BegunPipeline(
        ref=request.ref, accepted=True, estimate=total, wait_seconds=plan.wait_seconds
    )


def stack_values(account: Account) -> dict[str, str]:
    """Give the `SMP_*` values that the stack knows by itself."""
    return {
        "SMP_ACCOUNTID": account.account,
        "SMP_REGION": account.region,
        "SMP_S3BUCKETNAME": account.bucket,
        "SMP_ROLE": account.role,
        "SMP_SUBNETS": ",".join(account.subnets),
        "SMP_SECURITYGROUPS": ",".join(account.security_groups),
    }


def total_of(plan: PipelinePlan, without: Container[str] = ()) -> Estimate:
    """Add up the estimates: the most that all steps may cost; time as if one by one.

    What is *without* is done already.
    """
    steps = [step for step in plan.steps if step.name not in without]
    costs = [step.estimate.dollars for step in steps]
    known = [cost for cost in costs if cost is not None]
    return Estimate(
        seconds=sum(step.estimate.seconds for step in steps),
        dollars=round(sum(known), 2) if len(known) == len(costs) else None,
    )


def _plan(
    request: PlanPipelineRequest, bundle: Bundle, account: Account
) -> tuple[PipelinePlan | None, list[Problem]]:
    values: Mapping[str, str] = {**stack_values(account), **bundle.values}
    files = [(file.name, file.text) for file in bundle.files]
    reading = read_pipeline(files, values, request.parameters)
    if reading.definition is None:
        found = reading.findings
        return None, [
            Problem(field=f"{it.file}:{it.line}:{it.column} {it.key}", message=it.message)
            for it in found
        ]
    planned = plan_pipeline(
        reading.definition, account, request.ref.run, reading.parameters, bundle.staged
    )
    problems = [
        *misnamed(reading.definition, request.ref.pipeline),
        *planned.problems,
        *(above_cap(planned.plan) if planned.plan else ()),
    ]
    return (None if problems else planned.plan), problems


def misnamed(definition: Definition, name: str) -> Iterable[Problem]:
    """Say that a pipeline was uploaded as another's, if so."""
    if definition.name != name:
        message = f"is '{definition.name}', but it was uploaded as '{name}'"
        yield Problem(field="pipelineName", message=message)


def above_cap(plan: PipelinePlan) -> Iterable[Problem]:
    """Say that a run may cost more than it is allowed to, if so."""
    if plan.max_cost is None:
        return
    total = total_of(plan).dollars
    if total is None:
        unknown = [step for step in plan.steps if step.estimate.dollars is None]
        message = f"the cost cannot be told: {'; '.join(map(_unpriced, unknown))}"
        yield Problem(field="max_cost", message=message)
    elif total > plan.max_cost:
        message = f"the run may cost up to {total:.2f} USD, above {plan.max_cost:.2f} USD"
        yield Problem(field="max_cost", message=message)


def _unpriced(step: PlannedStep) -> str:
    known = prices().hourly
    if step.instance_types and step.instance_types[0] not in known:
        return f"no price is known for {step.instance_types[0]} of step '{step.name}'"
    return f"how large step '{step.name}' is will be known only when it begins"


def _refused(request: PlanPipelineRequest, problems: Iterable[Problem]) -> BegunPipeline:
    return BegunPipeline(ref=request.ref, accepted=False, problems=tuple(problems))
