"""A deployed stack, as its users see it: upload, wait, listen, invoke. Works alike on AWS."""

import json
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
import yaml
from botocore.exceptions import ClientError

from trainwright_cli import packages

PATIENCE_SECONDS = 1800
"""What a run may take on AWS; locally it is seconds."""

ROWS = b"a,b\n1,2\n3,4\n5,6\n"


def until[T](
    look: Callable[[], T], what: str, seconds: float = PATIENCE_SECONDS, pause: float = 0.1
) -> T:
    """Return what *look* finds as soon as it finds something."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(pause)
    return found


@dataclass
class Stack:
    """The stack *name*, in the account and region of *session*."""

    name: str
    session: boto3.Session
    endpoint_url: str | None = None
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """Give a client of *service*."""
        if service not in self._clients:
            url = self.endpoint_url
            self._clients[service] = self.session.client(service, endpoint_url=url)  # type: ignore[call-overload]
        return self._clients[service]

    @cached_property
    def outputs(self) -> dict[str, str]:
        """The stack's outputs."""
        found = self.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}

    @property
    def bucket(self) -> str:
        """The data bucket."""
        return self.outputs["DataBucketName"]

    def physical(self, logical_id: str) -> str:
        """Give the physical name of a resource of the stack."""
        found = self.client("cloudformation").describe_stack_resource(
            StackName=self.name, LogicalResourceId=logical_id
        )
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    def call(self, logical_id: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """Invoke a function of the stack, which must not fail."""
        answer = self.client("lambda").invoke(
            FunctionName=self.physical(logical_id), Payload=json.dumps(event)
        )
        result: dict[str, Any] = json.load(answer["Payload"])
        assert "FunctionError" not in answer, result
        return result

    def publish(self, folder: Path) -> dict[str, Any]:
        """Upload the package of an algorithm and give its registration."""
        package = packages.read(folder).pack()
        root = f"algorithms/{package.name}/{package.version}"
        self.put(f"{root}/package.tar.gz", package.body)
        text = until(lambda: self.text(f"{root}/registration.json"), "the registration", 180)
        return dict(json.loads(text))

    def put(self, key: str, body: bytes) -> None:
        """Upload an object."""
        self.client("s3").put_object(Bucket=self.bucket, Key=key, Body=body)

    def text(self, key: str) -> str:
        """Give the text of an object, empty if there is none."""
        try:
            found = self.client("s3").get_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchKey":
                raise
            return ""
        return str(found["Body"].read().decode())

    def upload(
        self, model: str, *, rows: bytes = ROWS, algorithm: str = "scripted", **settings: Any
    ) -> "Run":
        """Upload a data set, then `run.yaml` with *settings*; give the run that it starts."""
        folder = f"incoming/{algorithm}/{model}"
        before = self.executions(model)
        self.put(f"{folder}/train/rows.csv", rows)
        self.put(f"{folder}/run.yaml", yaml.safe_dump(settings).encode())
        return self.new_run(model, before)

    def new_run(self, model: str, before: Iterable[str] = ()) -> "Run":
        """Wait for a run of *model* that is not in *before*."""
        started = until(
            lambda: [e for e in self.executions(model) if e not in before], f"a run of {model}"
        )
        return Run(self, started[0])

    def executions(self, model: str) -> list[str]:
        """Give the ARNs of the executions of the runs of *model*, the newest first."""
        machine = self.outputs["TrainDeployStateMachineArn"]
        found = self.client("stepfunctions").list_executions(stateMachineArn=machine)
        arns = [(e["name"], e["executionArn"]) for e in found["executions"]]
        return [arn for name, arn in arns if name.rpartition("-")[0] == model]

    def endpoint(self, model: str) -> dict[str, Any] | None:
        """Describe the endpoint of *model*; None if there is none."""
        try:
            found = self.client("sagemaker").describe_endpoint(EndpointName=f"{self.name}-{model}")
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationException":
                raise
            return None
        return dict(found)

    def ask(self, model: str, rows: bytes = b"1,2\n") -> dict[str, Any]:
        """Invoke the endpoint of *model*."""
        answer = self.client("sagemaker-runtime").invoke_endpoint(
            EndpointName=f"{self.name}-{model}", ContentType="text/csv", Body=rows
        )
        return dict(json.loads(answer["Body"].read()))

    def configs(self, model: str) -> set[str]:
        """Name the endpoint configurations of *model*."""
        found = self.client("sagemaker").list_endpoint_configs(NameContains=f"{self.name}-{model}-")
        return {config["EndpointConfigName"] for config in found["EndpointConfigs"]}

    def models(self, model: str) -> set[str]:
        """Name the SageMaker models of *model*."""
        found = self.client("sagemaker").list_models(NameContains=f"{self.name}-{model}-")
        return {item["ModelName"] for item in found["Models"]}

    def listen(self) -> "Listener":
        """Hear every event on the app's bus from now on."""
        return Listener(self)


@dataclass
class Run:
    """One execution of `train_deploy`."""

    stack: Stack
    execution: str

    @property
    def id(self) -> str:
        """The run's name."""
        return self.execution.rpartition(":")[2]

    @property
    def job(self) -> str:
        """The name of its training job, model and endpoint configuration."""
        return f"{self.stack.name}-{self.id}"

    def describe(self) -> dict[str, Any]:
        """Describe the execution."""
        states = self.stack.client("stepfunctions")
        return dict(states.describe_execution(executionArn=self.execution))

    def end(self) -> str:
        """Wait for the end; give the status."""

        def ended() -> str:
            status = str(self.describe()["status"])
            return "" if status == "RUNNING" else status

        return until(ended, f"the end of {self.id}")

    def training_status(self) -> str:
        """Give the status of the training job, empty if there is none."""
        try:
            found = self.stack.client("sagemaker").describe_training_job(TrainingJobName=self.job)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationException":
                raise
            return ""
        return str(found["TrainingJobStatus"])

    def until_training(self) -> None:
        """Wait until the script runs."""
        sagemaker = self.stack.client("sagemaker")

        def trains() -> bool:
            if not self.training_status():
                return False
            found = sagemaker.describe_training_job(TrainingJobName=self.job)
            return bool(found["SecondaryStatus"] == "Training")

        until(trains, f"{self.job} to train")

    def log(self) -> list[str]:
        """Give the lines that its training job printed."""
        logs, group = self.stack.client("logs"), "/aws/sagemaker/TrainingJobs"
        streams = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=self.job)
        name = streams["logStreams"][0]["logStreamName"]
        found = logs.get_log_events(logGroupName=group, logStreamName=name, startFromHead=True)
        return [event["message"] for event in found["events"]]

    def record(self) -> dict[str, str]:
        """Give the run's record, as the table has it."""
        found = self.stack.client("dynamodb").get_item(
            TableName=self.stack.outputs["RunsTableName"],
            Key={"run": {"S": self.id}},
            ConsistentRead=True,
        )
        return {name: value["S"] for name, value in found.get("Item", {}).items()}


class Listener:
    """A queue that hears the app's bus."""

    def __init__(self, stack: Stack) -> None:
        """Create the queue and its rule."""
        self._stack = stack
        self._sqs, self._events = stack.client("sqs"), stack.client("events")
        self._name = f"{stack.name}-test-{uuid.uuid4().hex[:8]}"
        self._bus = stack.outputs["EventBusName"]
        self._heard: list[dict[str, Any]] = []
        self._url = self._sqs.create_queue(QueueName=self._name)["QueueUrl"]
        wanted = {"QueueUrl": self._url, "AttributeNames": ["QueueArn"]}
        arn = self._sqs.get_queue_attributes(**wanted)["Attributes"]["QueueArn"]
        policy = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": [policy]})
        self._sqs.set_queue_attributes(QueueUrl=self._url, Attributes={"Policy": document})
        pattern = json.dumps({"source": ["trainwright"]})
        self._events.put_rule(Name=self._name, EventBusName=self._bus, EventPattern=pattern)
        target = {"Id": "queue", "Arn": arn}
        self._events.put_targets(Rule=self._name, EventBusName=self._bus, Targets=[target])

    def close(self) -> None:
        """Delete the rule and the queue."""
        self._events.remove_targets(Rule=self._name, EventBusName=self._bus, Ids=["queue"])
        self._events.delete_rule(Name=self._name, EventBusName=self._bus)
        self._sqs.delete_queue(QueueUrl=self._url)

    def events_of(self, run: Run, last: str) -> dict[str, dict[str, Any]]:
        """Wait for the event *last* of *run*; give the data of all of its events, in order."""

        def heard() -> dict[str, dict[str, Any]]:
            self._receive()
            of_run = [e for e in self._heard if e["detail"]["metadata"].get("run") == run.id]
            found = {e["detail-type"]: e["detail"]["data"] for e in of_run}
            return found if last in found else {}

        return until(heard, f"'{last}' of {run.id}", seconds=60)

    def _receive(self) -> None:
        taken = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
        for message in taken.get("Messages", []):
            self._heard.append(json.loads(message["Body"]))
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
