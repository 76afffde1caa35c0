"""Lambda functions run, fail and log as on AWS."""

import time

from tests.integration.cloud.account import Account, allow, until

FAILING = """
    import os

    class NotReadyError(Exception):
        pass

    def handler(event, context):
        if event.get("fail"):
            raise NotReadyError("not yet")
        return os.getpid()
"""
LOOKING_AROUND = """
    import os
    from importlib.util import find_spec

    def handler(event, context):
        return {
            "packages": [name for name in ("boto3", "pydantic", "ministack") if find_spec(name)],
            "variables": sorted(os.environ),
        }
"""


def test_an_error_is_named_by_the_exceptions_class(repaired: Account, unrepaired: Account) -> None:
    failure = repaired.invoke(repaired.function(FAILING), {"fail": True})

    assert failure["errorType"] == "NotReadyError"
    assert failure["errorMessage"] == "not yet"
    assert failure["requestId"]
    assert failure["stackTrace"][-1].endswith('raise NotReadyError("not yet")\n')
    stock = unrepaired.invoke(unrepaired.function(FAILING), {"fail": True})
    assert stock["errorType"] == "Runtime.HandlerError"


def test_an_environment_survives_an_exception(repaired: Account, unrepaired: Account) -> None:
    def processes(account: Account) -> tuple[int, int]:
        function = account.function(FAILING)
        before = account.invoke(function)
        account.invoke(function, {"fail": True})
        return before, account.invoke(function)

    before, after = processes(repaired)
    assert before == after
    before, after = processes(unrepaired)
    assert before != after


def test_a_function_sees_what_lambda_shows_it(repaired: Account, unrepaired: Account) -> None:
    seen = repaired.invoke(repaired.function(LOOKING_AROUND))

    assert seen["packages"] == ["boto3"]
    assert "AWS_LAMBDA_FUNCTION_NAME" in seen["variables"]
    assert "AWS_LAMBDA_LOG_GROUP_NAME" in seen["variables"]
    assert "STATE_DIR" not in seen["variables"]
    stock = unrepaired.invoke(unrepaired.function(LOOKING_AROUND))
    assert stock["packages"] == ["boto3", "pydantic", "ministack"]
    assert "STATE_DIR" in stock["variables"]


def test_a_function_acts_as_its_role(repaired: Account) -> None:
    source = """
        import boto3

        def handler(event, context):
            return boto3.client("sts").get_caller_identity()["Arn"], len(
                boto3.client("sqs").list_queues().get("QueueUrls", [])
            )
    """
    may_not = repaired.invoke(repaired.function(source))
    may = repaired.invoke(repaired.function(source, allow("sqs:ListQueues")))

    assert may_not["errorType"] == "ClientError"
    assert "is not authorized to perform: sqs:ListQueues" in may_not["errorMessage"]
    assert ":assumed-role/role-" in may[0]


def test_a_module_that_cannot_be_imported_is_said_so(repaired: Account) -> None:
    failure = repaired.invoke(repaired.function("import requests"))

    assert failure["errorType"] == "Runtime.ImportModuleError"
    message = "Unable to import module 'index': No module named 'requests'"
    assert failure["errorMessage"] == message


def test_a_result_that_is_no_json_is_said_so(repaired: Account) -> None:
    failure = repaired.invoke(repaired.function("def handler(event, context): return {1, 2}"))

    assert failure["errorType"] == "Runtime.MarshalError"


def test_a_function_that_runs_too_long_is_ended(repaired: Account) -> None:
    source = """
        import time

        def handler(event, context):
            time.sleep(60)
    """
    failure = repaired.invoke(repaired.function(source, timeout=1))

    assert failure["errorType"] == "Sandbox.Timedout"


def test_the_log_is_whole(repaired: Account) -> None:
    source = """
        import os, sys

        def handler(event, context):
            for number in range(500):
                print("line", number)
            os.system("echo from a child")
            sys.stderr.write("last")
    """
    function = repaired.function(source)
    repaired.invoke(function)

    logs = repaired.client("logs")
    group = f"/aws/lambda/{function.rpartition(':')[2]}"
    found = until(lambda: logs.filter_log_events(logGroupName=group, limit=1000)["events"])
    lines = [event["message"].strip() for event in found]
    assert [line for line in lines if line.startswith("line")] == [f"line {n}" for n in range(500)]
    assert "from a child" in lines
    assert "last" in lines


def test_a_quiet_call_is_not_delayed(repaired: Account, unrepaired: Account) -> None:
    def seconds(account: Account) -> float:
        function = account.function("def handler(event, context): pass")
        account.invoke(function)
        start = time.monotonic()
        for _ in range(10):
            account.invoke(function)
        return time.monotonic() - start

    assert seconds(unrepaired) > 0.5  # ten times 50 ms of waiting for lines that do not come
    assert seconds(repaired) < seconds(unrepaired)
