"""What IAM is asked about a request."""

import json

from botocore.exceptions import ClientError

from tests.integration.cloud.account import Account, Json, allow
from tests.integration.cloud.test_callbacks import send_and_wait, token_from


def can_list_a_bucket_that_wants_tls(account: Account, name: str) -> bool:
    s3 = account.client("s3")
    s3.create_bucket(Bucket=name)
    only_tls: Json = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [only_tls]})
    s3.put_bucket_policy(Bucket=name, Policy=policy)
    reader = account.client("s3", account.role(allow("s3:*")))
    try:
        reader.list_objects_v2(Bucket=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDenied":
            raise
        return False
    return True


def test_loopback_counts_as_secure(repaired: Account, unrepaired: Account) -> None:
    assert can_list_a_bucket_that_wants_tls(repaired, "only-tls")
    assert not can_list_a_bucket_that_wants_tls(unrepaired, "only-tls")


def answers(account: Account, resource: str = "") -> bool:
    """Tell whether a role that may answer one state machine's tokens, or *resource*'s, can."""
    queue = account.queue()
    machine = account.machine(send_and_wait(queue))
    execution = account.start(machine)
    token = token_from(account, queue)
    may = allow("states:SendTaskSuccess", resource=resource or machine)
    states = account.client("stepfunctions", account.role(may))
    try:
        states.send_task_success(taskToken=token, output="{}")
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDeniedException":
            raise
        return False
    assert account.end_of(execution)["status"] == "SUCCEEDED"
    return True


def test_a_token_is_answered_by_who_may_answer_its_state_machine(
    repaired: Account, unrepaired: Account
) -> None:
    assert answers(repaired)
    assert not answers(unrepaired)


def test_a_token_is_not_answered_by_who_may_answer_another(repaired: Account) -> None:
    assert not answers(repaired, "arn:aws:states:us-east-1:000000000000:stateMachine:other")
