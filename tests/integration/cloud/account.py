"""An account in a running cloud, with what the tests put into it."""

import io
import json
import time
import uuid
import zipfile
from collections.abc import Callable
from functools import cached_property
from textwrap import dedent
from typing import Any

import boto3

from trainwright_local.cloud.record import CloudInfo

type Json = dict[str, Any]

PATIENCE_SECONDS = 30.0


def allow(*actions: str, resource: str = "*") -> Json:
    """Return a policy's statement."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


def until[T](look: Callable[[], T], seconds: float = PATIENCE_SECONDS) -> T:
    """Return what *look* finds as soon as it finds something."""
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


class Account:
    """The root's view of a cloud."""

    def __init__(self, info: CloudInfo) -> None:
        self.info = info
        self._session = boto3.Session(
            info.access_key_id, info.secret_access_key, region_name=info.region
        )

    def client(self, service: str, role: str | None = None) -> Any:
        """Return a client of the root, or of a session of *role*."""
        session = self._session
        if role:
            got = self.client("sts").assume_role(RoleArn=role, RoleSessionName="test")
            keys = got["Credentials"]
            session = boto3.Session(
                keys["AccessKeyId"],
                keys["SecretAccessKey"],
                keys["SessionToken"],
                region_name=self.info.region,
            )
        return session.client(service, endpoint_url=self.info.endpoint_url)  # type: ignore[call-overload]

    @cached_property
    def states(self) -> Any:
        """Step Functions."""
        return self.client("stepfunctions")

    @cached_property
    def sqs(self) -> Any:
        """SQS."""
        return self.client("sqs")

    @cached_property
    def events(self) -> Any:
        """EventBridge."""
        return self.client("events")

    def role(self, *statements: Json, trusts: str = "lambda.amazonaws.com") -> str:
        """Create a role and return its ARN."""
        iam = self.client("iam")
        name = _name("role")
        trust = {"Effect": "Allow", "Principal": {"Service": trusts}, "Action": "sts:AssumeRole"}
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"]
        if statements:
            policy = _policy(*statements)
            iam.put_role_policy(RoleName=name, PolicyName="test", PolicyDocument=policy)
        return str(arn)

    def function(self, source: str, *statements: Json, timeout: int = 30) -> str:
        """Create a function from the text of its module, with a `handler`; return its ARN."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("index.py", dedent(source))
        created = self.client("lambda").create_function(
            FunctionName=_name("function"),
            Runtime="python3.13",
            Handler="index.handler",
            Role=self.role(*statements),
            Code={"ZipFile": archive.getvalue()},
            Timeout=timeout,
        )
        return str(created["FunctionArn"])

    def invoke(self, function: str, event: Json | None = None) -> Any:
        """Invoke a function and return what it answers."""
        payload = json.dumps(event or {})
        answer = self.client("lambda").invoke(FunctionName=function, Payload=payload)
        return json.load(answer["Payload"])

    def machine(self, definition: Json, *statements: Json) -> str:
        """Create a state machine whose role may do all, unless told what; return its ARN."""
        role = self.role(*(statements or [allow("*")]), trusts="states.amazonaws.com")
        text = json.dumps({"QueryLanguage": "JSONata"} | definition)
        created = self.states.create_state_machine(
            name=_name("machine"), definition=text, roleArn=role
        )
        return str(created["stateMachineArn"])

    def start(self, machine: str, given: Json | None = None) -> str:
        """Start an execution and return its ARN."""
        started = self.states.start_execution(
            stateMachineArn=machine, input=json.dumps(given or {})
        )
        return str(started["executionArn"])

    def describe(self, execution: str) -> Json:
        """Describe an execution."""
        return dict(self.states.describe_execution(executionArn=execution))

    def end_of(self, execution: str, seconds: float = PATIENCE_SECONDS) -> Json:
        """Describe an execution once it has ended."""
        until(lambda: self.describe(execution)["status"] != "RUNNING", seconds)
        return self.describe(execution)

    def run(self, definition: Json, given: Json | None = None, *statements: Json) -> Json:
        """Run a definition to its end and describe the execution."""
        return self.end_of(self.start(self.machine(definition, *statements), given))

    def history(self, execution: str) -> list[Json]:
        """Return the events of an execution."""
        return list(self.states.get_execution_history(executionArn=execution)["events"])

    def queue(self) -> str:
        """Create a queue and return its URL."""
        return str(self.sqs.create_queue(QueueName=_name("queue"))["QueueUrl"])

    def queue_arn(self, url: str) -> str:
        """Return the ARN of a queue."""
        return f"arn:aws:sqs:{self.info.region}:{self.info.account}:{url.rpartition('/')[2]}"

    def receive(self, url: str, seconds: float = PATIENCE_SECONDS) -> Json | None:
        """Take the next message from a queue, as JSON; None if none comes."""
        messages = until(lambda: self.sqs.receive_message(QueueUrl=url).get("Messages"), seconds)
        if not messages:
            return None
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=messages[0]["ReceiptHandle"])
        return dict(json.loads(messages[0]["Body"]))

    def rule_to(self, target: str, pattern: Json, bus: str = "default") -> str:
        """Send the events of a pattern to a target and return the rule's name."""
        name = _name("rule")
        self.events.put_rule(Name=name, EventPattern=json.dumps(pattern), EventBusName=bus)
        targets = [{"Id": "it", "Arn": target}]
        self.events.put_targets(Rule=name, Targets=targets, EventBusName=bus)
        return name

    def deploy(self, template: Json) -> Json:
        """Create a stack and return its outputs."""
        cloudformation = self.client("cloudformation")
        name = _name("stack")
        cloudformation.create_stack(
            StackName=name,
            TemplateBody=json.dumps(template),
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        cloudformation.get_waiter("stack_create_complete").wait(
            StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _name(kind: str) -> str:
    return f"{kind}-{uuid.uuid4().hex[:8]}"


def _policy(*statements: Json) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
