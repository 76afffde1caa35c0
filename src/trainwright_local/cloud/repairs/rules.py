"""Which resource a request about a rule or a schedule is allowed on.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html
"""

import json
import re
from typing import Any

from ministack.core import iam_actions

_ABOUT_RULES = {
    "DeleteRule",
    "DescribeRule",
    "DisableRule",
    "EnableRule",
    "ListTargetsByRule",
    "PutRule",
    "PutTargets",
    "RemoveTargets",
}


def name_rules_as_policies_do() -> None:
    """Give a rule of the default bus no bus in its ARN, and know it by the field `Rule` too.

    MiniStack writes `rule/default/<name>`, and takes a request about targets to be about anything.
    """
    extract = iam_actions.extract_resource_arn

    def extract_rule(  # noqa: PLR0913, PLR0917 - MiniStack's own parameters
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, Any],
        region: str,
        account_id: str,
    ) -> str:
        target = {name.lower(): value for name, value in headers.items()}.get("x-amz-target", "")
        if service == "events" and target.rpartition(".")[2] in _ABOUT_RULES:
            asked = json.loads(body or b"{}")
            name = asked.get("Rule") or asked.get("Name", "*")
            bus = asked.get("EventBusName", "default").rpartition("/")[2]
            place = name if bus == "default" else f"{bus}/{name}"
            return f"arn:aws:events:{region}:{account_id}:rule/{place}"
        arguments = (service, method, path, headers, body, query_params, region, account_id)
        return str(extract(*arguments))

    iam_actions.extract_resource_arn = extract_rule


def name_schedules_as_policies_do() -> None:
    """Give a schedule its group in its ARN; MiniStack writes `schedule/default/<name>` of any."""
    extract = iam_actions.extract_resource_arn

    def extract_schedule(  # noqa: PLR0913, PLR0917 - MiniStack's own parameters
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, Any],
        region: str,
        account_id: str,
    ) -> str:
        if service == "scheduler" and (named := re.fullmatch(r"/schedules/([^/]+)", path)):
            given = query_params.get("groupName") or json.loads(body or b"{}").get("GroupName")
            group = given[0] if isinstance(given, list) else given or "default"
            return f"arn:aws:scheduler:{region}:{account_id}:schedule/{group}/{named[1]}"
        arguments = (service, method, path, headers, body, query_params, region, account_id)
        return str(extract(*arguments))

    iam_actions.extract_resource_arn = extract_schedule
