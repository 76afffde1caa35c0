"""Processing jobs of version 2 of the SDK."""

import io
from contextlib import redirect_stdout

from outcomes import call, refusal
from sagemaker import Session
from sagemaker.processing import ProcessingInput, ProcessingOutput, ScriptProcessor
from sagemaker.s3 import S3Downloader
from sagemaker.sklearn import SKLearnProcessor
from surroundings import CHURN, IMAGE, INSTANCE, ROLE

session = Session()
common = {
    "role": ROLE, "instance_type": INSTANCE, "instance_count": 1, "sagemaker_session": session,
}  # fmt: skip


def run(processor, **more):
    """Run the script on the table; give the S3 URI of what it leaves."""
    processor.run(
        code=str(CHURN / "prepare.py"),
        inputs=[ProcessingInput(str(CHURN / "data.csv"), "/opt/ml/processing/input/rows")],
        outputs=[ProcessingOutput("/opt/ml/processing/output", output_name="kept")],
        arguments=["--limit", "3"],
        **more,
    )
    return processor.latest_job.outputs[0].destination


with call("SKLearnProcessor.run(logs=True)") as told:
    processor = SKLearnProcessor(framework_version="1.2-1", **common)
    with redirect_stdout(io.StringIO()) as log:
        uri = run(processor, logs=True)
    told["kept"] = S3Downloader.read_file(f"{uri}/kept.csv", sagemaker_session=session).split()
    told["logged"] = "kept 3 of 5 rows" in log.getvalue()

with call("ScriptProcessor.run") as told:
    processor = ScriptProcessor(image_uri=IMAGE, command=["python3"], **common)
    uri = run(processor, logs=False)
    told["kept"] = S3Downloader.read_file(f"{uri}/kept.csv", sagemaker_session=session).split()

with call("ProcessingJob.describe") as told:
    described = processor.latest_job.describe()
    told["status"] = described["ProcessingJobStatus"]
    told["arguments"] = described["AppSpecification"]["ContainerArguments"]

with call("ProcessingJob.stop") as told:
    processor = ScriptProcessor(image_uri=IMAGE, command=["python3"], **common)
    processor.run(code=str(CHURN / "prepare.py"), arguments=["--seconds", "600"], wait=False)
    processor.latest_job.stop()
    told["status"] = session.wait_for_processing_job(processor.latest_job.job_name, poll=1)[
        "ProcessingJobStatus"
    ]

with refusal("ScriptProcessor.run, of a script that fails"):
    run(
        ScriptProcessor(image_uri=IMAGE, command=["false"], **common),
        logs=False,
        job_name="sdk2-fails",
    )
