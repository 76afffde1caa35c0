"""Models, other kinds of endpoints and the registry with version 2 of the SDK."""

import tarfile

from outcomes import call
from sagemaker import Session
from sagemaker.async_inference import AsyncInferenceConfig, WaiterConfig
from sagemaker.predictor import Predictor
from sagemaker.predictor_async import AsyncPredictor
from sagemaker.serverless import ServerlessInferenceConfig
from sagemaker.sklearn import SKLearnModel
from surroundings import INSTANCE, ROLE

SOURCE = """
def model_fn(model_dir):
    return None
def transform_fn(model, data, content_type, accept):
    return data.upper(), accept
"""
session = Session()
bucket = session.default_bucket()
with open("inference.py", "w") as file:
    file.write(SOURCE)
with tarfile.open("model.tar.gz", "w:gz") as archive:
    archive.add("inference.py", "nothing.txt")
data = session.upload_data("model.tar.gz", key_prefix="serving")


def model(name):
    """Make a model that answers in capitals."""
    return SKLearnModel(
        name=name, model_data=data, role=ROLE, entry_point="inference.py",
        framework_version="1.4-2", sagemaker_session=session, predictor_cls=Predictor,
    )  # fmt: skip


def deploy(name, **more):
    """Deploy such a model; poll more often than the SDK does."""
    model(name).deploy(endpoint_name=name, wait=False, **more)
    session.wait_for_endpoint(name, poll=1)
    return Predictor(name, sagemaker_session=session)


with call("Model.deploy") as told:
    predictor = deploy("sdk2-real-time", initial_instance_count=1, instance_type=INSTANCE)
    told["answer"] = predictor.predict("hello").decode()

with call("Predictor.update_endpoint") as told:
    predictor.update_endpoint(
        initial_instance_count=2, instance_type=INSTANCE, model_name="sdk2-real-time", wait=False
    )
    told["instances"] = session.wait_for_endpoint("sdk2-real-time", poll=1)["ProductionVariants"][
        0
    ]["CurrentInstanceCount"]

with call("Predictor.predict_stream") as told:
    told["answer"] = b"".join(predictor.predict_stream("hello")).decode()

with call("Session.delete_endpoint") as told:
    session.delete_endpoint("sdk2-real-time")

with call("Model.deploy, serverless") as told:
    config = ServerlessInferenceConfig(memory_size_in_mb=2048, max_concurrency=2)
    predictor = deploy("sdk2-serverless", serverless_inference_config=config)
    told["answer"] = predictor.predict("hello").decode()
    predictor.delete_endpoint()

with call("Model.deploy, asynchronous", "AsyncPredictor.predict_async") as told:
    config = AsyncInferenceConfig(output_path=f"s3://{bucket}/async")
    deploy(
        "sdk2-async",
        async_inference_config=config,
        initial_instance_count=1,
        instance_type=INSTANCE,
    )
    predictor = AsyncPredictor(Predictor("sdk2-async", sagemaker_session=session))
    answer = predictor.predict_async("hello")
    told["answer"] = answer.get_result(WaiterConfig(max_attempts=40, delay=1)).decode()
    session.delete_endpoint("sdk2-async")

with call("Model.register") as told:
    package = model("sdk2-registered").register(
        content_types=["text/plain"], response_types=["text/plain"],
        model_package_group_name="sdk2", approval_status="Approved",
    )  # fmt: skip
    described = session.sagemaker_client.describe_model_package(
        ModelPackageName=package.model_package_arn
    )
    told.update(version=described["ModelPackageVersion"], approval=described["ModelApprovalStatus"])
