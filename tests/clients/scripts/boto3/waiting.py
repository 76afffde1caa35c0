"""Waiters and paginators of boto3 over training, models, endpoints and the registry."""

import io
import tarfile

import boto3
from outcomes import call, refusal
from surroundings import CHURN, IMAGE, INSTANCE, ROLE

BUCKET = "boto3-clients"
SOON = {"Delay": 1, "MaxAttempts": 120}
SOURCE = """
def model_fn(model_dir):
    return None
def transform_fn(model, data, content_type, accept):
    return data[::-1], accept
"""
sagemaker, runtime = boto3.client("sagemaker"), boto3.client("sagemaker-runtime")
s3 = boto3.client("s3")


def archive(**files):
    """Make a tar.gz of texts."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name.replace("__", "/") + ".py")
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    return buffer.getvalue()


def train(name, program="train.py"):
    """Create a training job."""
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/train/"}
    return sagemaker.create_training_job(
        TrainingJobName=name,
        RoleArn=ROLE,
        AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        HyperParameters={
            "sagemaker_program": program,
            "sagemaker_submit_directory": f"s3://{BUCKET}/source.tar.gz",
        },
        InputDataConfig=[{"ChannelName": "train", "DataSource": {"S3DataSource": source}}],
        OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/models"},
        ResourceConfig={"InstanceType": INSTANCE, "InstanceCount": 1, "VolumeSizeInGB": 5},
        StoppingCondition={"MaxRuntimeInSeconds": 60},
    )


s3.create_bucket(Bucket=BUCKET)
s3.upload_file(str(CHURN / "data.csv"), BUCKET, "train/data.csv")
broken = "raise ValueError('the column age is missing')"
sources = archive(train=(CHURN / "train.py").read_text(), broken=broken)
s3.put_object(Bucket=BUCKET, Key="source.tar.gz", Body=sources)

with call("create_training_job", "waiter training_job_completed_or_stopped") as told:
    train("boto3-churn")
    waiter = sagemaker.get_waiter("training_job_completed_or_stopped")
    waiter.wait(TrainingJobName="boto3-churn", WaiterConfig=SOON)
    described = sagemaker.describe_training_job(TrainingJobName="boto3-churn")
    told["status"] = described["TrainingJobStatus"]
    told["model"] = described["ModelArtifacts"]["S3ModelArtifacts"]

with refusal("waiter training_job_completed_or_stopped, of a job that fails"):
    train("boto3-broken", "broken.py")
    waiter.wait(TrainingJobName="boto3-broken", WaiterConfig=SOON)

with call("describe_training_job, of a job that has failed") as told:
    described = sagemaker.describe_training_job(TrainingJobName="boto3-broken")
    told["reason"] = described["FailureReason"].splitlines()[0]
    told["says"] = "ValueError: the column age is missing" in described["FailureReason"]

with call("paginator list_training_jobs") as told:
    pages = sagemaker.get_paginator("list_training_jobs").paginate(
        NameContains="boto3-",
        SortBy="Name",
        SortOrder="Ascending",
        PaginationConfig={"PageSize": 1},
    )
    told["pages"] = [
        [job["TrainingJobName"] for job in page["TrainingJobSummaries"]] for page in pages
    ]

with call("create_model", "create_endpoint_config", "create_endpoint") as told:
    body = archive(code__inference=SOURCE)
    s3.put_object(Bucket=BUCKET, Key="model.tar.gz", Body=body)
    sagemaker.create_model(
        ModelName="boto3",
        ExecutionRoleArn=ROLE,
        PrimaryContainer={"Image": IMAGE, "ModelDataUrl": f"s3://{BUCKET}/model.tar.gz"},
    )
    variant = {
        "VariantName": "all", "ModelName": "boto3", "InstanceType": INSTANCE,
        "InitialInstanceCount": 1, "InitialVariantWeight": 1,
    }  # fmt: skip
    sagemaker.create_endpoint_config(EndpointConfigName="boto3", ProductionVariants=[variant])
    told.update(
        arn=sagemaker.create_endpoint(EndpointName="boto3", EndpointConfigName="boto3")[
            "EndpointArn"
        ]
    )

with call("waiter endpoint_in_service") as told:
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName="boto3", WaiterConfig=SOON)
    described = sagemaker.describe_endpoint(EndpointName="boto3")
    told["instances"] = described["ProductionVariants"][0]["CurrentInstanceCount"]

with call("invoke_endpoint") as told:
    answer = runtime.invoke_endpoint(
        EndpointName="boto3", Body=b"desserts", ContentType="text/plain", Accept="text/plain",
        CustomAttributes="trace=1",
    )  # fmt: skip
    told["answer"] = answer["Body"].read().decode()
    told["type"] = answer["ContentType"]

with call("update_endpoint") as told:
    sagemaker.create_endpoint_config(EndpointConfigName="boto3-two", ProductionVariants=[variant])
    sagemaker.update_endpoint(EndpointName="boto3", EndpointConfigName="boto3-two")
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName="boto3", WaiterConfig=SOON)
    told["serves"] = sagemaker.describe_endpoint(EndpointName="boto3")["EndpointConfigName"]

with call("create_model_package_group", "create_model_package", "update_model_package") as told:
    sagemaker.create_model_package_group(ModelPackageGroupName="boto3")
    container = {"Image": IMAGE, "ModelDataUrl": f"s3://{BUCKET}/model.tar.gz"}
    package = sagemaker.create_model_package(
        ModelPackageGroupName="boto3",
        ModelApprovalStatus="PendingManualApproval",
        InferenceSpecification={
            "Containers": [container],
            "SupportedContentTypes": ["text/plain"],
            "SupportedResponseMIMETypes": ["text/plain"],
        },
    )["ModelPackageArn"]
    sagemaker.update_model_package(ModelPackageArn=package, ModelApprovalStatus="Approved")
    (listed,) = sagemaker.list_model_packages(ModelPackageGroupName="boto3")[
        "ModelPackageSummaryList"
    ]
    told.update(version=listed["ModelPackageVersion"], approval=listed["ModelApprovalStatus"])

with call("delete_endpoint", "waiter endpoint_deleted") as told:
    sagemaker.delete_endpoint(EndpointName="boto3")
    sagemaker.get_waiter("endpoint_deleted").wait(EndpointName="boto3", WaiterConfig=SOON)
    told["left"] = sagemaker.list_endpoints(NameContains="boto3")["Endpoints"]
