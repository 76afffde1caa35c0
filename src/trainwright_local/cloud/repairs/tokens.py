"""Who may answer a token.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
"""

import base64
import binascii
import json
import uuid
from typing import Any

from ministack.core import iam_actions

_ANSWERS = ("SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat")


def authorise_answers_on_the_state_machine() -> None:
    """Check a token's answer against the state machine that waits for it.

    MiniStack asks for the permission on `*`, so a role that may answer one state machine may none.
    """
    extract = iam_actions.extract_resource_arn

    def extract_with_token(
        service: str, method: str, path: str, headers: Any, body: bytes, *rest: Any
    ) -> str:
        if service == "states" and headers.get("x-amz-target", "").endswith(_ANSWERS):
            return machine_of(str(json.loads(body).get("taskToken"))) or "*"
        return str(extract(service, method, path, headers, body, *rest))

    iam_actions.extract_resource_arn = extract_with_token


def new_token(machine: str) -> str:
    """Make a token that names the state machine (an ARN) that waits for it."""
    return base64.urlsafe_b64encode(f"{machine} {uuid.uuid4()}".encode()).decode()


def machine_of(token: str) -> str | None:
    """Return the ARN of the state machine that a token names; None if it is no token of ours."""
    try:
        return base64.urlsafe_b64decode(token).decode().rpartition(" ")[0] or None
    except (binascii.Error, UnicodeDecodeError):
        return None
