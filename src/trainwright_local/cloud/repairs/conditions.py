"""What a policy's conditions can ask about a request.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html
"""

import json
from typing import Any

from ministack.core import iam_actions

_WRITES_METRICS = "cloudwatch:PutMetricData"


def tell_the_namespace_of_metrics() -> None:
    """Let conditions know `cloudwatch:namespace`; MiniStack refuses what depends on it."""
    known = iam_actions.request_tag_context

    def with_namespace(
        service: str, iam_action: str, body: bytes, params: dict[str, Any]
    ) -> dict[str, Any]:
        context: dict[str, Any] = known(service, iam_action, body, params)
        if iam_action == _WRITES_METRICS and (namespace := namespace_in(body, params)):
            context |= {"cloudwatch:namespace": namespace}
        return context

    iam_actions.request_tag_context = with_namespace


def namespace_in(body: bytes, params: dict[str, Any]) -> str:
    """Find the namespace of metrics in a request of either protocol; "" if there is none."""
    if body[:1] == b"{":
        return str(json.loads(body).get("Namespace", ""))
    given = params.get("Namespace", "")
    return str(given[0] if isinstance(given, list) else given)
