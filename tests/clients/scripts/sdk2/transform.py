"""Batch transform with version 2 of the SDK."""

from outcomes import call
from sagemaker import Session
from sagemaker.s3 import S3Downloader, S3Uploader
from sagemaker.sklearn import SKLearn
from surroundings import CHURN, INSTANCE, ROLE

session = Session()
bucket = session.default_bucket()
data = session.upload_data(str(CHURN / "data.csv"), key_prefix="transform/train")
rows = "2,2\n10,1\n"
S3Uploader.upload_string_as_file_body(
    rows, f"s3://{bucket}/transform/input/rows.csv", sagemaker_session=session
)
estimator = SKLearn(
    entry_point="train.py", source_dir=str(CHURN), framework_version="1.4-2",
    instance_type=INSTANCE, role=ROLE, sagemaker_session=session,
)  # fmt: skip
estimator.fit({"train": data}, logs=False)

with call("Estimator.transformer", "Transformer.transform") as told:
    transformer = estimator.transformer(
        1, INSTANCE, output_path=f"s3://{bucket}/transform/output", accept="text/csv",
        entry_point="inference.py", strategy="MultiRecord", assemble_with="Line",
    )  # fmt: skip
    transformer.transform(
        f"s3://{bucket}/transform/input", content_type="text/csv", split_type="Line", logs=True
    )
    uri = f"{transformer.output_path}/rows.csv.out"
    told["answer"] = S3Downloader.read_file(uri, sagemaker_session=session).split()

with call("Transformer.transform(join_source='Input')") as told:
    transformer.transform(
        f"s3://{bucket}/transform/input", content_type="text/csv", split_type="Line",
        join_source="Input", logs=False,
    )  # fmt: skip
    told["answer"] = S3Downloader.read_file(uri, sagemaker_session=session).split()

with call("Transformer.stop_transform_job") as told:
    transformer.transform(
        f"s3://{bucket}/transform/input", content_type="text/csv", split_type="Line", wait=False
    )
    transformer.stop_transform_job()
    name = transformer.latest_transform_job.job_name
    told["status"] = session.describe_transform_job(name)["TransformJobStatus"]

with call("Transformer.delete_model") as told:
    transformer.delete_model()
    told["models"] = session.sagemaker_client.list_models(NameContains=transformer.model_name)[
        "Models"
    ]
