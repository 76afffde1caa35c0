"""The local SageMaker as its users have it: a role, a bucket, training jobs and endpoints."""

import io
import json
import tarfile
import time
from collections.abc import Callable, Mapping

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from benchmarks.load import Target, request
from trainwright_local.cloud.record import CloudInfo

BUCKET = "bench"
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3"
PATIENCE_SECONDS = 300.0
ASK_SECONDS = 0.25
_TRUST = {"Service": "sagemaker.amazonaws.com"}


class LocalSageMaker:
    """SageMaker in a running local cloud."""

    def __init__(self, cloud: CloudInfo) -> None:
        self.cloud = cloud
        session = boto3.Session(
            cloud.access_key_id, cloud.secret_access_key, region_name=cloud.region
        )
        self._s3 = session.client("s3", endpoint_url=cloud.endpoint_url)
        self._logs = session.client("logs", endpoint_url=cloud.endpoint_url)
        self._sagemaker = session.client("sagemaker", endpoint_url=cloud.endpoint_url)
        self._iam = session.client("iam", endpoint_url=cloud.endpoint_url)
        self._s3.create_bucket(Bucket=BUCKET)
        self._role = self._make_role()

    def train(self, name: str, files: Mapping[str, bytes]) -> None:
        """Run *files* as a training job, whose script is `train.py`."""
        source = self._put(f"{name}/source.tar.gz", archive(files))
        self._sagemaker.create_training_job(
            TrainingJobName=name,
            RoleArn=self._role,
            AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            HyperParameters={
                "sagemaker_program": "train.py",
                "sagemaker_submit_directory": source,
            },
            OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/{name}"},
            ResourceConfig={
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 5,
            },
            StoppingCondition={"MaxRuntimeInSeconds": 300},
        )

    def ended(self, job: str) -> float:
        """Wait for the good end of a job and give its time."""

        def look() -> float | None:
            found = self._sagemaker.describe_training_job(TrainingJobName=job)
            assert found["TrainingJobStatus"] != "Failed", found["FailureReason"]
            is_over = found["TrainingJobStatus"] == "Completed"
            return found["LastModifiedTime"].timestamp() if is_over else None

        return _until(look)

    def lines(self, job: str) -> list[str]:
        """Give what a job has printed."""
        group = "/aws/sagemaker/TrainingJobs"
        (stream,) = self._logs.describe_log_streams(
            logGroupName=group, logStreamNamePrefix=f"{job}/"
        )["logStreams"]
        name = stream["logStreamName"]
        page = self._logs.get_log_events(logGroupName=group, logStreamName=name, startFromHead=True)
        lines = []
        while page["events"]:
            lines += [event["message"] for event in page["events"]]
            page = self._logs.get_log_events(
                logGroupName=group, logStreamName=name, nextToken=page["nextForwardToken"]
            )
        return lines

    def serve(self, name: str, model: Mapping[str, bytes]) -> None:
        """Serve the files of *model* as an endpoint, and wait until it is in service."""
        data = self._put(f"{name}/model.tar.gz", archive(model))
        self._sagemaker.create_model(
            ModelName=name,
            ExecutionRoleArn=self._role,
            PrimaryContainer={"Image": IMAGE, "ModelDataUrl": data},
        )
        self._sagemaker.create_endpoint_config(
            EndpointConfigName=name,
            ProductionVariants=[
                {
                    "VariantName": "all",
                    "ModelName": name,
                    "InstanceType": "ml.m5.large",
                    "InitialInstanceCount": 1,
                }
            ],
        )
        self._sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)

        def look() -> bool:
            found = self._sagemaker.describe_endpoint(EndpointName=name)
            assert found["EndpointStatus"] != "Failed", found["FailureReason"]
            return found["EndpointStatus"] == "InService"

        _until(look)

    def invocation(self, endpoint: str, body: bytes) -> Target:
        """Write the request that invokes an endpoint, signed here and now: it holds for minutes."""
        path = f"/endpoints/{endpoint}/invocations"
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        signed = AWSRequest("POST", f"{self.cloud.endpoint_url}{path}", headers, body)
        keys = Credentials(self.cloud.access_key_id, self.cloud.secret_access_key)
        SigV4Auth(keys, "sagemaker", self.cloud.region).add_auth(signed)
        return Target(self.cloud.port, request(path, body, dict(signed.headers), self.cloud.port))

    def _put(self, key: str, body: bytes) -> str:
        self._s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        return f"s3://{BUCKET}/{key}"

    def _make_role(self) -> str:
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": _TRUST}
        role = self._iam.create_role(RoleName="bench", AssumeRolePolicyDocument=_policy(trust))
        allowed = {"Effect": "Allow", "Action": ["s3:*", "logs:*"], "Resource": "*"}
        self._iam.put_role_policy(
            RoleName="bench", PolicyName="bench", PolicyDocument=_policy(allowed)
        )
        return str(role["Role"]["Arn"])


def archive(files: Mapping[str, bytes]) -> bytes:
    """Make a tar.gz."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _policy(statement: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _until[T](look: Callable[[], T | None]) -> T:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(ASK_SECONDS)
    return found
