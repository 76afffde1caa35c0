"""What callers may do, and a state machine: what the policies of its role allow.

https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.iam_actions import identity_denial_message
from ministack.core.responses import get_account_id, get_region
from ministack.services import iam, stepfunctions

from trainwright_local.cloud.repairs import executions

type Arguments = dict[str, Any]


def check_the_role_of_a_state_machine() -> None:
    """Refuse a task whose action the state machine's role does not allow.

    MiniStack lets a state machine invoke every function, start every execution and send to every
    bus, topic and queue.
    """
    invoke = stepfunctions._invoke_resource

    def invoke_if_allowed(resource: str, arguments: Arguments) -> Any:
        for prefix, (error, needs) in NEEDED.items():
            if resource.startswith(prefix):
                for action, arn in needs(arguments):
                    _check(action, arn, error)
        return invoke(resource, arguments)

    stepfunctions._invoke_resource = invoke_if_allowed


def read_each_policy_once() -> None:
    """Keep what a policy says: MiniStack reads all that a caller has at every request."""
    read = iam_evaluator.parse_policy_document
    read_once = lru_cache(maxsize=1024)(read)

    def parse_policy_document(doc: str | dict[str, Any]) -> Any:
        return read_once(doc) if isinstance(doc, str) else read(doc)

    iam_evaluator.parse_policy_document = parse_policy_document


def _function(arguments: Arguments) -> list[tuple[str, str]]:
    return [("lambda:InvokeFunction", _arn("lambda", "function:", arguments["FunctionName"]))]


def _machine(arguments: Arguments) -> list[tuple[str, str]]:
    return [("states:StartExecution", arguments["StateMachineArn"])]


def _buses(arguments: Arguments) -> list[tuple[str, str]]:
    names = {entry.get("EventBusName", "default") for entry in arguments["Entries"]}
    return [("events:PutEvents", _arn("events", "event-bus/", name)) for name in sorted(names)]


def _topic(arguments: Arguments) -> list[tuple[str, str]]:
    return [("sns:Publish", arguments["TopicArn"])]


def _queue(arguments: Arguments) -> list[tuple[str, str]]:
    return [("sqs:SendMessage", _arn("sqs", "", arguments["QueueUrl"].rpartition("/")[2]))]


NEEDED: dict[str, tuple[str, Callable[[Arguments], list[tuple[str, str]]]]] = {
    "arn:aws:states:::lambda:invoke": ("Lambda.AWSLambdaException", _function),
    "arn:aws:states:::states:startExecution": ("StepFunctions.AWSStepFunctionsException", _machine),
    "arn:aws:states:::events:putEvents": ("EventBridge.AccessDeniedException", _buses),
    "arn:aws:states:::sns:publish": ("SNS.AuthorizationErrorException", _topic),
    "arn:aws:states:::sqs:sendMessage": ("SQS.AmazonSQSException", _queue),
}
"""By integration: the error AWS reports, and the actions and ARNs that the arguments need."""


def _arn(service: str, kind: str, name: str) -> str:
    if name.startswith("arn:"):
        return name
    return f"arn:aws:{service}:{get_region()}:{get_account_id()}:{kind}{name}"


def _check(action: str, arn: str, error: str) -> None:
    execution = executions.current()
    machine = stepfunctions._state_machines[execution["stateMachineArn"]]
    role = machine["roleArn"].rpartition("/")[2]
    account = get_account_id()
    principal = f"arn:aws:sts::{account}:assumed-role/{role}/{execution['name'][:64]}"
    context = iam_evaluator.EvalContext(
        principal_arn=principal,
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=arn,
        region=get_region(),
    )
    policies = iam_evaluator._gather_role_policies(role, account)
    limits = iam_evaluator._permissions_boundary(iam._roles, role, account)
    decision = iam_evaluator.evaluate(context, policies, *limits).decision
    if decision != "Allow":
        cause = identity_denial_message(action, principal, arn, decision == "Deny")
        raise stepfunctions._ExecutionError(error, cause)
