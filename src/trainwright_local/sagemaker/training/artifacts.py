"""What a job leaves behind in S3: the model, and whatever else it wrote."""

from collections.abc import Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError
from botocore.exceptions import ClientError as AwsError

from trainwright_local.sagemaker.archives import pack
from trainwright_local.sagemaker.jobs.failures import ClientError, worded
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.storage import S3Uri, upload
from trainwright_local.sagemaker.training.opt_ml import OptMl


def upload_artifacts(run: Run, hosts: Sequence[OptMl]) -> None:
    """Upload model.tar.gz and output.tar.gz, in which what all *hosts* have left is together.

    A folder with nothing in it has no archive. See
    https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-output.html
    """
    model = S3Uri.parse(run.job["ModelArtifacts"]["S3ModelArtifacts"])
    output = S3Uri(model.bucket, model.key.rpartition("/")[0])
    _upload(run, [opt_ml.model for opt_ml in hosts], model)
    _upload(run, [opt_ml.output_data for opt_ml in hosts], output.below("output.tar.gz"))


def _upload(run: Run, folders: Sequence[Path], uri: S3Uri) -> None:
    if not any(any(folder.iterdir()) for folder in folders):
        return
    archive = run.folder / uri.key.rpartition("/")[2]
    try:
        pack(archive, *folders)
        upload(run.role.s3, archive, uri)
    except AwsError as error:
        raise ClientError(f"Artifact upload failed:{worded(error)}: {uri}") from error
    except (BotoCoreError, OSError) as error:
        raise ClientError(f"Artifact upload failed:{error}: {uri}") from error
    finally:
        archive.unlink(missing_ok=True)
