"""What the tests do with a cloud that runs containers."""

import os
import signal
from functools import cached_property
from typing import Any

import botocore.session
from botocore.exceptions import ClientError

from tests.unit.local.containers.engines import IMAGE, program
from tests.unit.local.training.builders import REGION, ROLE
from tests.unit.local.training.client import LiveCloud, an_archive, until
from trainwright_local.cloud import lifecycle

GRACE_SECONDS = 2
UNSETTLED = {"Creating", "Updating", "RollingBack", "Deleting"}


class Containers(LiveCloud):
    """A cloud as `trainwright up` starts it, its endpoints, and its engine's containers."""

    def start(self) -> None:
        self.info = lifecycle.up(
            self.state, self.port, REGION, sam=False, settings={"grace_seconds": GRACE_SECONDS}
        )

    def stop(self) -> None:
        lifecycle.down(self.state)

    def kill(self) -> None:
        os.kill(self.info.pid, signal.SIGKILL)
        until(lambda: lifecycle.status(self.state) is None)

    def client(self, service: str) -> Any:
        return botocore.session.get_session().create_client(
            service,
            region_name=self.info.region,
            endpoint_url=self.info.endpoint_url,
            aws_access_key_id=self.info.access_key_id,
            aws_secret_access_key=self.info.secret_access_key,
        )

    def names(self, part: str = "") -> list[str]:
        """The containers of this engine with *part* in their names, ended ones too."""
        listed = program("ps", "--all", "--format", "{{.Names}}").split()
        return [name for name in listed if name.startswith("trainwright-") and part in name]

    @cached_property
    def runtime(self) -> Any:
        return self.client("sagemaker-runtime")

    def a_container(self, weights: str, **members: Any) -> dict[str, Any]:
        """A container of the image that has *weights*."""
        key = f"{weights}.tar.gz"
        self.s3.put_object(Bucket="data", Key=key, Body=an_archive("weights", weights))
        return {"Image": IMAGE, "ModelDataUrl": f"s3://data/{key}", **members}

    def make_config(self, name: str, count: int = 1) -> None:
        variant = {
            "VariantName": "all",
            "ModelName": name,
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": count,
            "ContainerStartupHealthCheckTimeoutInSeconds": 60,
        }
        self.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])

    def deploy(self, name: str, *containers: dict[str, Any], count: int = 1, **model: Any) -> str:
        """Make a model, a configuration and an endpoint; the status it comes to."""
        self.sagemaker.create_model(
            ModelName=name, ExecutionRoleArn=ROLE, Containers=list(containers), **model
        )
        self.make_config(name, count)
        self.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
        return self.settled(name)

    def settled(self, name: str) -> str:
        """The status that an endpoint comes to, or the reason why it fails."""
        until(lambda: self.endpoint(name)["EndpointStatus"] not in UNSETTLED)
        described = self.endpoint(name)
        return str(described.get("FailureReason", described["EndpointStatus"]))

    def endpoint(self, name: str) -> dict[str, Any]:
        described: dict[str, Any] = self.sagemaker.describe_endpoint(EndpointName=name)
        return described

    def ask(self, name: str, body: str) -> str:
        answer = self.runtime.invoke_endpoint(
            EndpointName=name, Body=body.encode(), ContentType="text/plain"
        )
        text: str = answer["Body"].read().decode()
        return text

    def answers(self, name: str) -> bool:
        """Whether an endpoint answers now."""
        try:
            return bool(self.ask(name, "hello"))
        except ClientError:
            return False

    def delete(self, name: str) -> None:
        """Delete an endpoint, and wait until it is gone."""
        self.sagemaker.delete_endpoint(EndpointName=name)
        until(lambda: name not in self.endpoints())

    def endpoints(self) -> list[str]:
        return [e["EndpointName"] for e in self.sagemaker.list_endpoints()["Endpoints"]]

    def served_lines(self, endpoint: str) -> list[str]:
        """What the containers of an endpoint have logged."""
        logs, group = self.client("logs"), f"/aws/sagemaker/Endpoints/{endpoint}"
        streams = logs.describe_log_streams(logGroupName=group)["logStreams"]
        return [
            event["message"]
            for stream in streams
            for event in logs.get_log_events(
                logGroupName=group, logStreamName=stream["logStreamName"]
            )["events"]
        ]
