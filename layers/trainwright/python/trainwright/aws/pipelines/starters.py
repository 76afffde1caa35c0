"""What starts pipelines by itself: rules of the default bus, and schedules."""

import json
from typing import NamedTuple

from trainwright.aws.clients import events, our_errors, scheduler
from trainwright.models.message import JsonObject
from trainwright.models.pipelines.document import Schedule

_TARGET = "StartPipeline"


class Targets(NamedTuple):
    """ARNs: the function that starts runs, the role of schedules, the dead letters.

    And the name of the group that the schedules are in.
    """

    function: str
    role: str
    dead_letters: str
    group: str


class EventBridgeStarters:
    """Rules and schedules that call the function of *targets*."""

    def __init__(self, targets: Targets) -> None:
        self._targets = targets

    def rule(self, name: str, pattern: JsonObject | None, request: JsonObject) -> None:
        """Start a run with *request* for each event of the default bus that fits *pattern*."""
        client = events()
        if pattern is None:
            self._remove_rule(name)
            return
        # The event's own id makes a second delivery the same run.
        template = json.dumps({"id": "<id>", "detail": {**request, "token": "<id>"}})
        with our_errors():
            client.put_rule(Name=name, EventPattern=json.dumps(pattern))
            client.put_targets(
                Rule=name,
                Targets=[
                    {
                        "Id": _TARGET,
                        "Arn": self._targets.function,
                        "InputTransformer": {
                            "InputPathsMap": {"id": "$.id"},
                            "InputTemplate": template,
                        },
                        "RetryPolicy": {
                            "MaximumRetryAttempts": 185,
                            "MaximumEventAgeInSeconds": 86_400,
                        },
                        "DeadLetterConfig": {"Arn": self._targets.dead_letters},
                    }
                ],
            )

    def schedule(self, name: str, schedule: Schedule | None, request: JsonObject) -> None:
        """Start a run with *request* whenever *schedule* says."""
        client = scheduler()
        if schedule is None:
            try:
                with our_errors():
                    client.delete_schedule(Name=name, GroupName=self._targets.group)
            except client.exceptions.ResourceNotFoundException:
                return
            return
        token = "<aws.scheduler.execution-id>"  # noqa: S105 - the scheduler fills it in
        body = {"id": token, "detail": {**request, "token": token}}
        settings = {
            "Name": name,
            "GroupName": self._targets.group,
            "ScheduleExpression": schedule.expression,
            "ScheduleExpressionTimezone": schedule.timezone,
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {
                "Arn": self._targets.function,
                "RoleArn": self._targets.role,
                "Input": json.dumps(body),
                "RetryPolicy": {"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 86_400},
                "DeadLetterConfig": {"Arn": self._targets.dead_letters},
            },
        }
        try:
            with our_errors():
                client.create_schedule(**settings)  # type: ignore[arg-type]
        except client.exceptions.ConflictException:
            with our_errors():
                client.update_schedule(**settings)  # type: ignore[arg-type]

    def _remove_rule(self, name: str) -> None:
        client = events()
        try:
            with our_errors():
                client.remove_targets(Rule=name, Ids=[_TARGET])
                client.delete_rule(Name=name)
        except client.exceptions.ResourceNotFoundException:
            return
