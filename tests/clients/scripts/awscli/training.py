"""A training job from the command line."""

import json
import tarfile

from commands import aws, until_not
from outcomes import call, refusal
from surroundings import CHURN, IMAGE, INSTANCE, ROLE

BUCKET, JOB = "cli-training", "cli-churn"
NAME = ("--training-job-name", JOB)
HYPERPARAMETERS = {
    "sagemaker_program": "train.py",
    "sagemaker_submit_directory": f"s3://{BUCKET}/source.tar.gz",
    "epochs": "2",
}
CHANNEL = {
    "ChannelName": "train",
    "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/train/"}},
}

with tarfile.open("source.tar.gz", "w:gz") as archive:
    archive.add(CHURN / "train.py", "train.py")

with call("s3 mb", "s3 cp") as told:
    aws("s3", "mb", f"s3://{BUCKET}")
    aws("s3", "cp", "source.tar.gz", f"s3://{BUCKET}/source.tar.gz")
    aws("s3", "cp", str(CHURN / "data.csv"), f"s3://{BUCKET}/train/data.csv")
    told["listed"] = aws("s3", "ls", f"s3://{BUCKET}/train/").split()[-1]


def create(name, seconds=0, tags=()):
    """Create a job that trains on what was copied, or waits a while before it does."""
    hyperparameters = HYPERPARAMETERS | {"seconds": str(seconds)}
    return aws(
        "sagemaker", "create-training-job", "--training-job-name", name, "--role-arn", ROLE,
        "--algorithm-specification", f"TrainingImage={IMAGE},TrainingInputMode=File",
        "--hyper-parameters", json.dumps(hyperparameters),
        "--input-data-config", json.dumps([CHANNEL]),
        "--output-data-config", f"S3OutputPath=s3://{BUCKET}/models",
        "--resource-config", f"InstanceType={INSTANCE},InstanceCount=1,VolumeSizeInGB=5",
        "--stopping-condition", "MaxRuntimeInSeconds=60",
        *tags,
    )  # fmt: skip


with call("sagemaker create-training-job") as told:
    told.update(create(JOB, tags=("--tags", "Key=team,Value=churn")))

with call("sagemaker describe-training-job") as told:
    described = until_not("describe-training-job", NAME, "TrainingJobStatus", "InProgress")
    told["status"] = described["TrainingJobStatus"]
    told["flow"] = [entry["Status"] for entry in described["SecondaryStatusTransitions"]]

with call("sagemaker wait training-job-completed-or-stopped") as told:
    told["printed"] = aws("sagemaker", "wait", "training-job-completed-or-stopped", *NAME)

with call("sagemaker list-training-jobs") as told:
    query = "TrainingJobSummaries[].[TrainingJobName,TrainingJobStatus]"
    told["jobs"] = aws("sagemaker", "list-training-jobs", "--name-contains", JOB, "--query", query)

with call("sagemaker list-tags") as told:
    arn = described["TrainingJobArn"]
    told["tags"] = aws("sagemaker", "list-tags", "--resource-arn", arn)["Tags"]

with call("logs describe-log-streams", "logs get-log-events") as told:
    group = ("--log-group-name", "/aws/sagemaker/TrainingJobs")
    (stream,) = aws("logs", "describe-log-streams", *group, "--log-stream-name-prefix", f"{JOB}/")[
        "logStreams"
    ]
    events = aws(
        "logs",
        "get-log-events",
        *group,
        "--log-stream-name",
        stream["logStreamName"],
        "--start-from-head",
    )["events"]
    told["lines"] = [event["message"] for event in events if event["message"].startswith("epoch")]

with call("logs filter-log-events") as told:
    found = aws(
        "logs",
        "filter-log-events",
        *group,
        "--log-stream-name-prefix",
        f"{JOB}/",
        "--filter-pattern",
        '"epoch=1"',
    )
    told["lines"] = [event["message"] for event in found["events"]]

with refusal("sagemaker create-training-job, a name that is taken"):
    create(JOB)

with refusal("sagemaker create-training-job, a name that AWS does not allow"):
    create("not_a_name")

with call("sagemaker stop-training-job") as told:
    create("cli-stopped", seconds=600)
    aws("sagemaker", "stop-training-job", "--training-job-name", "cli-stopped")
    name = ("--training-job-name", "cli-stopped")
    stopped = until_not(
        "describe-training-job", name, "TrainingJobStatus", "InProgress", "Stopping"
    )
    told["status"] = stopped["TrainingJobStatus"]

with call("s3 ls, the model") as told:
    told["key"] = aws("s3", "ls", "--recursive", f"s3://{BUCKET}/models/{JOB}/").split()[-1]
