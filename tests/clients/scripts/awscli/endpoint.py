"""An endpoint from the command line."""

import json
import tarfile
from pathlib import Path

from commands import aws, until_not
from outcomes import call, refusal
from surroundings import IMAGE, INSTANCE, ROLE

BUCKET, NAME = "cli-endpoint", "cli-echo"
ENDPOINT = ("--endpoint-name", NAME)
SOURCE = """
def model_fn(model_dir):
    return None
def transform_fn(model, data, content_type, accept):
    return data.upper(), content_type
"""
VARIANT = {
    "VariantName": "all",
    "ModelName": NAME,
    "InstanceType": INSTANCE,
    "InitialInstanceCount": 1,
    "InitialVariantWeight": 1.0,
}

Path("inference.py").write_text(SOURCE)
with tarfile.open("model.tar.gz", "w:gz") as archive:
    archive.add("inference.py", "code/inference.py")
aws("s3", "mb", f"s3://{BUCKET}")
aws("s3", "cp", "model.tar.gz", f"s3://{BUCKET}/model.tar.gz")

with call("sagemaker create-model") as told:
    container = {"Image": IMAGE, "ModelDataUrl": f"s3://{BUCKET}/model.tar.gz"}
    told.update(
        aws("sagemaker", "create-model", "--model-name", NAME, "--execution-role-arn", ROLE,
            "--primary-container", json.dumps(container))
    )  # fmt: skip

with call("sagemaker create-endpoint-config") as told:
    told.update(
        aws("sagemaker", "create-endpoint-config", "--endpoint-config-name", NAME,
            "--production-variants", json.dumps([VARIANT]))
    )  # fmt: skip

with call("sagemaker create-endpoint") as told:
    told.update(aws("sagemaker", "create-endpoint", *ENDPOINT, "--endpoint-config-name", NAME))

with call("sagemaker describe-endpoint") as told:
    described = until_not("describe-endpoint", ENDPOINT, "EndpointStatus", "Creating")
    told["status"] = described["EndpointStatus"]

with call("sagemaker wait endpoint-in-service") as told:
    told["printed"] = aws("sagemaker", "wait", "endpoint-in-service", *ENDPOINT)

with call("sagemaker-runtime invoke-endpoint") as told:
    answer = aws(
        "sagemaker-runtime", "invoke-endpoint", *ENDPOINT,
        "--body", "a question", "--content-type", "text/plain", "answer.txt",
    )  # fmt: skip
    told.update(answer, Body=Path("answer.txt").read_text())

with call("sagemaker list-endpoints") as told:
    told["in service"] = aws(
        "sagemaker", "list-endpoints", "--name-contains", NAME, "--status-equals", "InService",
        "--query", "length(Endpoints)",
    )  # fmt: skip

with call("sagemaker delete-endpoint", "sagemaker wait endpoint-deleted") as told:
    aws("sagemaker", "delete-endpoint", *ENDPOINT)
    try:
        while True:
            aws("sagemaker", "describe-endpoint", *ENDPOINT)
    except Exception as error:
        told["then"] = str(error).rpartition("operation: ")[2].partition(' "')[0]
    aws("sagemaker", "wait", "endpoint-deleted", *ENDPOINT)

with call("sagemaker delete-endpoint-config", "sagemaker delete-model") as told:
    aws("sagemaker", "delete-endpoint-config", "--endpoint-config-name", NAME)
    aws("sagemaker", "delete-model", "--model-name", NAME)
    told["models"] = aws("sagemaker", "list-models", "--name-contains", NAME)["Models"]

with refusal("sagemaker-runtime invoke-endpoint, of no endpoint"):
    aws("sagemaker-runtime", "invoke-endpoint", *ENDPOINT, "--body", "a question", "answer.txt")
