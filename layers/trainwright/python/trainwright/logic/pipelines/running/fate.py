"""Whether a step whose needs have all ended is started, or skipped."""

from collections.abc import Mapping

from trainwright.models.pipelines.plan import PlannedStep
from trainwright.models.pipelines.progress import StepRecord, StepStatus


def reason_to_skip(step: PlannedStep, needs: Mapping[str, StepRecord]) -> str:
    """Say why *step* is not started; "" if it is.

    A step is skipped if something that it needs failed, if a condition took the other branch, if a
    step whose data it reads was skipped, or if all that it needs was.
    """
    for name, need in needs.items():
        if need.status.bad:
            return f"it needs '{name}', which {need.status.value.lower()}"
    for branch in step.branches:
        condition = needs[branch.condition]
        if condition.status.good and condition.outputs.get("answer") is not branch.answer:
            answer = "yes" if condition.outputs.get("answer") else "no"
            return f"the answer of '{branch.condition}' was {answer}"
    skipped = [name for name, need in needs.items() if need.status is StepStatus.SKIPPED]
    unread = [name for name in skipped if name in step.data_from]
    if unread:
        return f"it reads '{unread[0]}', which was skipped"
    if skipped and len(skipped) == len(needs):
        return "all that it needs was skipped"
    return ""
