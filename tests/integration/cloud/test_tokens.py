"""Who may answer a token."""

from botocore.exceptions import ClientError

from tests.integration.cloud.account import Account, allow
from tests.integration.cloud.test_callbacks import send_and_wait, token_from


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
