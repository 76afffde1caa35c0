"""Processing, transform and tuning jobs from the command line."""

import json
import tarfile
from pathlib import Path

from commands import aws, until_not
from outcomes import call
from surroundings import CHURN, IMAGE, INSTANCE, ROLE

BUCKET = "cli-jobs"
SOURCE = """
def model_fn(model_dir):
    return None
def transform_fn(model, data, content_type, accept):
    return data.upper(), accept
"""
Path("inference.py").write_text(SOURCE)
with tarfile.open("model.tar.gz", "w:gz") as archive:
    archive.add("inference.py", "code/inference.py")
with tarfile.open("source.tar.gz", "w:gz") as archive:
    archive.add(CHURN / "train.py", "train.py")
aws("s3", "mb", f"s3://{BUCKET}")
for path in ("model.tar.gz", "source.tar.gz", CHURN / "data.csv", CHURN / "prepare.py"):
    aws("s3", "cp", str(path), f"s3://{BUCKET}/{Path(path).name}")


def create(command, **members):
    """Call `aws sagemaker` with the members of a request as they are in AWS's reference."""
    return aws("sagemaker", command, "--cli-input-json", json.dumps(members))


def an_input(name, folder):
    """Name an object of the bucket that a processing job finds in a folder."""
    source = {
        "S3Uri": f"s3://{BUCKET}/{name}",
        "LocalPath": f"/opt/ml/processing/input/{folder}",
        "S3DataType": "S3Prefix",
        "S3InputMode": "File",
    }
    return {"InputName": folder, "S3Input": source}


with call("sagemaker create-processing-job") as told:
    target = {
        "S3Uri": f"s3://{BUCKET}/kept",
        "LocalPath": "/opt/ml/processing/output",
        "S3UploadMode": "EndOfJob",
    }
    script = "/opt/ml/processing/input/code/prepare.py"
    told.update(
        create(
            "create-processing-job",
            ProcessingJobName="cli-prepare",
            RoleArn=ROLE,
            AppSpecification={
                "ImageUri": IMAGE,
                "ContainerEntrypoint": ["python3", script],
                "ContainerArguments": ["--limit", "2"],
            },
            ProcessingInputs=[an_input("data.csv", "rows"), an_input("prepare.py", "code")],
            ProcessingOutputConfig={"Outputs": [{"OutputName": "kept", "S3Output": target}]},
            ProcessingResources={
                "ClusterConfig": {
                    "InstanceType": INSTANCE,
                    "InstanceCount": 1,
                    "VolumeSizeInGB": 5,
                }
            },
        )
    )

with call("sagemaker describe-processing-job") as told:
    name = ("--processing-job-name", "cli-prepare")
    job = until_not("describe-processing-job", name, "ProcessingJobStatus", "InProgress")
    told["status"] = job["ProcessingJobStatus"]
    told["kept"] = aws("s3", "cp", f"s3://{BUCKET}/kept/kept.csv", "-").split()

with call("sagemaker wait processing-job-completed-or-stopped") as told:
    told["printed"] = aws("sagemaker", "wait", "processing-job-completed-or-stopped", *name)

with call("sagemaker create-transform-job") as told:
    create(
        "create-model",
        ModelName="cli-capitals",
        ExecutionRoleArn=ROLE,
        PrimaryContainer={"Image": IMAGE, "ModelDataUrl": f"s3://{BUCKET}/model.tar.gz"},
    )
    Path("words.txt").write_text("one\ntwo\n")
    aws("s3", "cp", "words.txt", f"s3://{BUCKET}/words/words.txt")
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/words/"}}
    told.update(
        create(
            "create-transform-job",
            TransformJobName="cli-capitals",
            ModelName="cli-capitals",
            BatchStrategy="SingleRecord",
            TransformInput={
                "DataSource": source,
                "ContentType": "text/plain",
                "SplitType": "Line",
            },
            TransformOutput={"S3OutputPath": f"s3://{BUCKET}/capitals", "AssembleWith": "Line"},
            TransformResources={"InstanceType": INSTANCE, "InstanceCount": 1},
        )
    )

with call("sagemaker describe-transform-job") as told:
    name = ("--transform-job-name", "cli-capitals")
    job = until_not("describe-transform-job", name, "TransformJobStatus", "InProgress")
    told["status"] = job["TransformJobStatus"]
    told["answer"] = aws("s3", "cp", f"s3://{BUCKET}/capitals/words.txt.out", "-").split()

with call("sagemaker wait transform-job-completed-or-stopped") as told:
    told["printed"] = aws("sagemaker", "wait", "transform-job-completed-or-stopped", *name)

with call("sagemaker create-hyper-parameter-tuning-job") as told:
    channel = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/data.csv"}}
    told.update(
        create(
            "create-hyper-parameter-tuning-job",
            HyperParameterTuningJobName="cli-slope",
            HyperParameterTuningJobConfig={
                "Strategy": "Grid",
                "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
                "ResourceLimits": {"MaxParallelTrainingJobs": 2},
                "ParameterRanges": {
                    "CategoricalParameterRanges": [{"Name": "slope", "Values": ["2", "3"]}]
                },
            },
            TrainingJobDefinition={
                "StaticHyperParameters": {
                    "sagemaker_program": "train.py",
                    "sagemaker_submit_directory": f"s3://{BUCKET}/source.tar.gz",
                },
                "AlgorithmSpecification": {
                    "TrainingImage": IMAGE,
                    "TrainingInputMode": "File",
                    "MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
                },
                "RoleArn": ROLE,
                "InputDataConfig": [{"ChannelName": "train", "DataSource": channel}],
                "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models"},
                "ResourceConfig": {
                    "InstanceType": INSTANCE,
                    "InstanceCount": 1,
                    "VolumeSizeInGB": 5,
                },
                "StoppingCondition": {"MaxRuntimeInSeconds": 60},
            },
        )
    )

with call("sagemaker describe-hyper-parameter-tuning-job") as told:
    name = ("--hyper-parameter-tuning-job-name", "cli-slope")
    job = until_not(
        "describe-hyper-parameter-tuning-job", name, "HyperParameterTuningJobStatus", "InProgress"
    )
    told["status"] = job["HyperParameterTuningJobStatus"]
    told["best"] = job["BestTrainingJob"]["TunedHyperParameters"]

with call("sagemaker list-training-jobs-for-hyper-parameter-tuning-job") as told:
    query = "TrainingJobSummaries[].TrainingJobStatus"
    told["jobs"] = aws(
        "sagemaker", "list-training-jobs-for-hyper-parameter-tuning-job", *name, "--query", query
    )
