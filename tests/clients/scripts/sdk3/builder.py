"""ModelBuilder and the endpoint it makes, as version 3 of the SDK would have its users deploy."""

import tarfile
from pathlib import Path

from outcomes import call
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.training.configs import SourceCode
from sagemaker.serve import ModelBuilder
from surroundings import IMAGE, INSTANCE, ROLE

SOURCE = """
from pathlib import Path
def model_fn(model_dir):
    return Path(model_dir, "word.txt").read_text()
def transform_fn(model, data, content_type, accept):
    return f"{model} {data.decode()}", "text/plain"
"""
session = Session()
Path("source").mkdir(exist_ok=True)
Path("source/inference.py").write_text(SOURCE)
Path("word.txt").write_text("hello")
with tarfile.open("model.tar.gz", "w:gz") as archive:
    archive.add("word.txt")
data = session.upload_data("model.tar.gz", key_prefix="sdk3-built")

with call("ModelBuilder.build") as told:
    builder = ModelBuilder(
        image_uri=IMAGE,
        s3_model_data_url=data,
        source_code=SourceCode(source_dir="source", entry_script="inference.py"),
        role_arn=ROLE,
        instance_type=INSTANCE,
        sagemaker_session=session,
    )
    told["name"] = builder.build(model_name="sdk3-built").model_name

with call("ModelBuilder.deploy") as told:
    endpoint = builder.deploy(endpoint_name="sdk3-built")
    told["status"] = endpoint.refresh().endpoint_status

with call("Endpoint.invoke") as told:
    answer = endpoint.invoke(body=b"world", content_type="text/plain")
    told["answer"] = answer.body.read().decode()

with call("Endpoint.delete") as told:
    endpoint.delete()
