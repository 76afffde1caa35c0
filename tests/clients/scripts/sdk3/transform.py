"""Batch transform with version 3 of the SDK."""

import tarfile
from pathlib import Path

from outcomes import call
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.resources import Model, TransformJob
from sagemaker.core.s3 import S3Downloader, S3Uploader
from sagemaker.core.shapes import ContainerDefinition
from sagemaker.core.transformer import Transformer
from surroundings import IMAGE, INSTANCE, ROLE

SOURCE = """
def model_fn(model_dir):
    return None
def transform_fn(model, data, content_type, accept):
    return data.upper(), accept
"""
session = Session()
bucket = session.default_bucket()
Path("inference.py").write_text(SOURCE)
with tarfile.open("model.tar.gz", "w:gz") as archive:
    archive.add("inference.py", "code/inference.py")
model = session.upload_data("model.tar.gz", key_prefix="sdk3/transform")
Model.create(
    model_name="sdk3-transform",
    execution_role_arn=ROLE,
    primary_container=ContainerDefinition(image=IMAGE, model_data_url=model),
)
words = f"s3://{bucket}/sdk3/words"
S3Uploader.upload_string_as_file_body("one\ntwo\n", f"{words}/a.txt", sagemaker_session=session)

with call("Transformer.transform") as told:
    transformer = Transformer(
        model_name="sdk3-transform", instance_count=1, instance_type=INSTANCE, accept="text/plain",
        strategy="SingleRecord", assemble_with="Line", output_path=f"s3://{bucket}/sdk3/capitals",
        sagemaker_session=session,
    )  # fmt: skip
    transformer.transform(words, content_type="text/plain", split_type="Line", logs=True)
    read = S3Downloader.read_file(f"{transformer.output_path}/a.txt.out", sagemaker_session=session)
    told["answer"] = read.split()

with call("TransformJob.get") as told:
    told["status"] = TransformJob.get(
        transformer.latest_transform_job.get_name()
    ).transform_job_status

with call("Transformer.delete_model") as told:
    transformer.delete_model()
    told["left"] = [found.model_name for found in Model.get_all(name_contains="sdk3-transform")]
