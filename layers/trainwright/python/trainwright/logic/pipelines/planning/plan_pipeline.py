"""The whole plan: each step's request by the planner of its class, then cost and time."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from trainwright.errors import InvalidRequestError
from trainwright.logic.pipelines.expressions import expressions_in, needs_the_run, resolve
from trainwright.logic.pipelines.planning import control, model, processing, training, transform
from trainwright.logic.pipelines.planning.cost import estimate
from trainwright.logic.pipelines.planning.site import Draft, Site
from trainwright.logic.pipelines.reading.nodes import dotted
from trainwright.logic.pipelines.reading.words import details_of, in_our_words
from trainwright.models.account import Account
from trainwright.models.message import Problem
from trainwright.models.pipelines.definition import DefinedStep, Definition
from trainwright.models.pipelines.plan import Action, Branch, PipelinePlan, PlannedStep
from trainwright.models.pipelines.written import Written, is_expression

type Planner = Callable[[DefinedStep, Site], Draft]

_PLANNERS: dict[str, tuple[Action, Planner]] = {
    "Processing": ("job", processing.processing),
    "Metrics": ("job", processing.evaluation),
    "Training": ("job", training.training),
    "Tuning": ("job", training.tuning),
    "Transform": ("job", transform.transform),
    "CreateModel": ("call", model.create_model),
    "RegisterModel": ("call", model.register_model),
    "Deploy": ("deploy", control.deployment),
    "Approve": ("approval", control.approval),
    "Run": ("pipeline", control.pipeline),
    "Condition": ("question", control.question),
}


class Planned(NamedTuple):
    """A plan, or all the reasons why there is none."""

    plan: PipelinePlan | None
    problems: tuple[Problem, ...]


def plan_pipeline(
    definition: Definition,
    account: Account,
    run: str,
    parameters: Mapping[str, Any],
    staged: Mapping[str, str],
) -> Planned:
    """Plan *run*; *staged* says where the local paths of the definition are in S3."""
    by_name = {step.name: step for step in definition.steps}
    site = Site(account, definition, run, parameters, staged, [], by_name)
    steps = tuple(filter(None, (_planned(step, site) for step in definition.steps)))
    settings = definition.pipeline
    if site.problems:
        return Planned(None, tuple(dict.fromkeys(site.problems)))
    plan = PipelinePlan(
        pipeline=definition.name,
        run=run,
        description=settings.description,
        parameters=dict(parameters),
        concurrency=settings.concurrency,
        max_cost=settings.max_cost,
        wait_seconds=int(settings.timeout_hours * 3600),
        triggers=settings.triggers,
        steps=steps,
    )
    return Planned(plan, ())


def _planned(written: DefinedStep, site: Site) -> PlannedStep | None:
    """Plan a step; None if it was reported."""
    variables = {"parameters": dict(site.parameters), **written.variables}
    if (step := _with_parameters(written, variables, site)) is None:
        return None
    action, planner = _PLANNERS[step.kind]
    draft = planner(step, site)
    types = getattr(step.section, "instance_type", ())
    ladder = tuple(it for it in types if not is_expression(it))
    if len(types) > 1 and ladder != types:
        site.report(step, "has several instance types, which must be known before the run")
    return PlannedStep.model_validate(
        {
            "name": step.name,
            "kind": step.kind,
            "model": step.model,
            "action": action,
            "needs": step.needs,
            "data_from": step.data_from,
            "branches": [Branch(condition=name, answer=it) for name, it in step.branches],
            "operation": draft.operation,
            "request": draft.request,
            "gathered": draft.gathered,
            "repack": draft.repack,
            "stands_for": draft.stands_for,
            "instance_types": ladder,
            "wait_seconds": draft.wait_seconds,
            "variables": variables if any(expressions_in(draft.request)) else {},
            "cache_days": step.step.cache_days if step.step.enable_cache else None,
            "on_failure": step.step.on_failure or site.definition.pipeline.on_failure,
            "retry": step.step.retry,
            "estimate": estimate(draft.operation, draft.request),
        }
    )


def _with_parameters(
    step: DefinedStep, variables: Mapping[str, Any], site: Site
) -> DefinedStep | None:
    """Evaluate the expressions that need no step, and see that their values fit."""
    try:
        section = _evaluated(step.section, variables) if step.section else None
        return step._replace(step=_evaluated(step.step, variables), section=section)
    except InvalidRequestError as error:
        site.report(step, str(error))
    except ValidationError as error:
        for detail in details_of(error):
            place = dotted((f"step {step.name}", *detail["loc"]))
            site.problems.append(Problem(field=place, message=in_our_words(detail)))
    return None


def _evaluated[Part: Written](part: Part, variables: Mapping[str, Any]) -> Part:
    data = part.model_dump(by_alias=True)
    if not any(expressions_in(data)):
        return part
    return type(part).model_validate(resolve(data, variables, needs_the_run))
