"""What EventBridge delivers, and how.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""

import contextvars
import json
import logging
from typing import Any

from ministack.services import eventbridge, lambda_svc, s3

logger = logging.getLogger(__name__)

_version: contextvars.ContextVar[str | None] = contextvars.ContextVar("version", default=None)


def invoke_functions_asynchronously() -> None:
    """Invoke a rule's function as an asynchronous invocation: retried, then to its destination.

    MiniStack invokes it once and forgets a failure.
    """

    def dispatch(arn: str, payload: str) -> None:
        record, config, name = lambda_svc._get_func_record_for_ref(arn)
        if not record or not config:
            logger.warning("no function %s to deliver an event to", name)
            return
        function = lambda_svc._execution_record_for_config(record, config)
        lambda_svc.invoke_async_with_retry(function, json.loads(payload))

    eventbridge._dispatch_to_lambda = dispatch


def tell_the_version_of_an_object() -> None:
    """Put `version-id` into the events of a versioned bucket; MiniStack leaves it out."""
    fire = s3._fire_s3_event
    dispatch = eventbridge._dispatch_event

    def fire_with_version(*args: Any, version_id: str | None = None, **kwargs: Any) -> None:
        token = _version.set(version_id)
        try:
            fire(*args, version_id=version_id, **kwargs)
        finally:
            _version.reset(token)

    def dispatch_with_version(event: dict[str, Any], *args: Any) -> Any:
        version = _version.get()
        if version and event["Source"] == "aws.s3":
            detail = json.loads(event["Detail"])
            detail["object"]["version-id"] = version
            event |= {"Detail": json.dumps(detail)}
        return dispatch(event, *args)

    s3._fire_s3_event = fire_with_version
    eventbridge._dispatch_event = dispatch_with_version
