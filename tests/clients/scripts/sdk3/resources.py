"""The resources of version 3 of the SDK: training, a model, an endpoint, one class each."""

import json
import tarfile

from outcomes import call, refusal
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.resources import Endpoint, EndpointConfig, Model, TrainingJob
from sagemaker.core.shapes import (
    AlgorithmSpecification,
    Channel,
    ContainerDefinition,
    DataSource,
    OutputDataConfig,
    ProductionVariant,
    ResourceConfig,
    S3DataSource,
    StoppingCondition,
)
from surroundings import CHURN, IMAGE, INSTANCE, ROLE

NAME = "sdk3-churn"
session = Session()
bucket = session.default_bucket()

with call("Session.upload_data") as told:
    data = session.upload_data(str(CHURN / "data.csv"), key_prefix="sdk3/train")
    told["uri"] = data

for archive, file, name in (
    ("source.tar.gz", "train.py", "train.py"),
    ("code.tar.gz", "inference.py", "inference.py"),
):
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(CHURN / file, name)
source = session.upload_data("source.tar.gz", key_prefix="sdk3")
code = session.upload_data("code.tar.gz", key_prefix="sdk3")


def train(name, seconds=0):
    """Create a training job in script mode, which may wait a while before it trains."""
    return TrainingJob.create(
        training_job_name=name,
        role_arn=ROLE,
        algorithm_specification=AlgorithmSpecification(
            training_image=IMAGE, training_input_mode="File"
        ),
        hyper_parameters={
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": source,
            "epochs": "2",
            "seconds": str(seconds),
        },
        input_data_config=[
            Channel(
                channel_name="train",
                data_source=DataSource(
                    s3_data_source=S3DataSource(s3_data_type="S3Prefix", s3_uri=data)
                ),
            )
        ],
        output_data_config=OutputDataConfig(s3_output_path=f"s3://{bucket}/models"),
        resource_config=ResourceConfig(
            instance_type=INSTANCE, instance_count=1, volume_size_in_gb=5
        ),
        stopping_condition=StoppingCondition(max_runtime_in_seconds=60),
    )


with call("TrainingJob.create", "TrainingJob.wait") as told:
    job = train(NAME)
    job.wait(poll=1, logs=True)
    told["status"] = job.training_job_status
    told["model"] = job.model_artifacts.s3_model_artifacts

with call("TrainingJob.get", "TrainingJob.refresh") as told:
    described = TrainingJob.get(NAME).refresh()
    told["flow"] = [entry.status for entry in described.secondary_status_transitions]

with call("TrainingJob.get_all") as told:
    told["names"] = [job.training_job_name for job in TrainingJob.get_all(name_contains=NAME)]

with call("TrainingJob.stop") as told:
    stopped = train(f"{NAME}-stopped", seconds=600)
    stopped.stop()
    stopped.wait(poll=1)
    told["status"] = stopped.training_job_status

with refusal("TrainingJob.get, of no job"):
    TrainingJob.get("sdk3-no-job")

with call("Model.create") as told:
    model = Model.create(
        model_name=NAME,
        execution_role_arn=ROLE,
        primary_container=ContainerDefinition(
            image=IMAGE,
            model_data_url=job.model_artifacts.s3_model_artifacts,
            environment={
                "SAGEMAKER_PROGRAM": "inference.py",
                "SAGEMAKER_SUBMIT_DIRECTORY": code,
            },
        ),
    )
    told["arn"] = model.model_arn

with call("EndpointConfig.create") as told:
    config = EndpointConfig.create(
        endpoint_config_name=NAME,
        production_variants=[
            ProductionVariant(
                variant_name="all",
                model_name=NAME,
                instance_type=INSTANCE,
                initial_instance_count=1,
                initial_variant_weight=1.0,
            )
        ],
    )
    told["variants"] = [variant.variant_name for variant in config.production_variants]

with call("Endpoint.create", "Endpoint.wait_for_status") as told:
    endpoint = Endpoint.create(endpoint_name=NAME, endpoint_config_name=NAME)
    endpoint.wait_for_status("InService", poll=1)
    told["status"] = endpoint.endpoint_status

with call("Endpoint.invoke") as told:
    answer = endpoint.invoke(
        body=json.dumps([[2, 2], [10, 1]]),
        content_type="application/json",
        accept="application/json",
    )
    told["answer"] = [round(value, 3) for value in json.loads(answer.body.read())]
    told["variant"] = answer.invoked_production_variant

with call("Endpoint.update") as told:
    endpoint.update()
    endpoint.wait_for_status("InService", poll=1)
    told["status"] = endpoint.endpoint_status

with call("Endpoint.delete", "Endpoint.wait_for_delete") as told:
    endpoint.delete()
    endpoint.wait_for_delete(poll=1)
    told["left"] = [found.endpoint_name for found in Endpoint.get_all(name_contains=NAME)]

with call("EndpointConfig.delete", "Model.delete") as told:
    config.delete()
    model.delete()
    told["left"] = [found.model_name for found in Model.get_all(name_contains=NAME)]
