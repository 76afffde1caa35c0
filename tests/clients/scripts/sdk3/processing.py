"""Processing jobs of version 3 of the SDK."""

from outcomes import call
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.processing import ScriptProcessor
from sagemaker.core.resources import ProcessingJob
from sagemaker.core.s3 import S3Downloader
from sagemaker.core.shapes import (
    ProcessingInput,
    ProcessingOutput,
    ProcessingS3Input,
    ProcessingS3Output,
)
from surroundings import CHURN, IMAGE, INSTANCE, ROLE

session = Session()
bucket = session.default_bucket()
data = session.upload_data(str(CHURN / "data.csv"), key_prefix="sdk3/processing")
result = f"s3://{bucket}/sdk3/kept"

with call("ScriptProcessor.run") as told:
    processor = ScriptProcessor(
        image_uri=IMAGE, command=["python3"], role=ROLE, instance_type=INSTANCE, instance_count=1,
        sagemaker_session=session,
    )  # fmt: skip
    source = ProcessingS3Input(
        s3_uri=data,
        s3_data_type="S3Prefix",
        s3_input_mode="File",
        local_path="/opt/ml/processing/input/rows",
    )
    target = ProcessingS3Output(
        s3_uri=result, s3_upload_mode="EndOfJob", local_path="/opt/ml/processing/output"
    )
    processor.run(
        code=str(CHURN / "prepare.py"),
        inputs=[ProcessingInput(input_name="rows", s3_input=source)],
        outputs=[ProcessingOutput(output_name="kept", s3_output=target)],
        arguments=["--limit", "3"],
        logs=True,
    )
    read = S3Downloader.read_file(f"{result}/kept.csv", sagemaker_session=session)
    told["kept"] = read.split()

with call("ProcessingJob.get") as told:
    job = ProcessingJob.get(processor.latest_job.get_name())
    told["status"] = job.processing_job_status
