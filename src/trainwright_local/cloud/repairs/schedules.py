"""What a schedule sends to its target.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
"""

from datetime import UTC, datetime
from typing import Any

from ministack.services import eventbridge

_SCHEDULER = "aws.scheduler"


def fill_in_what_a_schedule_knows() -> None:
    """Replace `<aws.scheduler.execution-id>` and its like in a target's input.

    MiniStack sends them as they are, so that every invocation looks like the same one.
    """
    invoke = eventbridge._invoke_target

    def invoke_filled(
        target: dict[str, Any], event: dict[str, Any], *rest: Any, **named: Any
    ) -> None:
        if event.get("Source") == _SCHEDULER and "Input" in target:
            target = target | {"Input": _filled(target["Input"], event)}
        invoke(target, event, *rest, **named)

    eventbridge._invoke_target = invoke_filled


def _filled(text: str, event: dict[str, Any]) -> str:
    time = datetime.fromtimestamp(event["Time"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    known = {
        "execution-id": event["EventId"],
        "schedule-arn": event["Resources"][0],
        "scheduled-time": time,
        "attempt-number": "1",
    }
    for name, value in known.items():
        text = text.replace(f"<{_SCHEDULER}.{name}>", value)
    return text
