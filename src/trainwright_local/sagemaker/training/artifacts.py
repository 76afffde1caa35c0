"""What a job leaves behind in S3: the model, and whatever else it wrote."""

from pathlib import Path

from botocore.exceptions import BotoCoreError
from botocore.exceptions import ClientError as AwsError

from trainwright_local.sagemaker.archives import pack
from trainwright_local.sagemaker.jobs.failures import ClientError, worded
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.storage import S3Uri, upload
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.training.opt_ml import OptMl


def upload_artifacts(job: Record, role: Role, opt_ml: OptMl) -> None:
    """Upload model.tar.gz and output.tar.gz; a folder with nothing in it has no archive."""
    model = S3Uri.parse(job["ModelArtifacts"]["S3ModelArtifacts"])
    folder = S3Uri(model.bucket, model.key.rpartition("/")[0])
    _upload_folder(opt_ml.model, model, role, opt_ml.root)
    _upload_folder(opt_ml.output_data, folder.below("output.tar.gz"), role, opt_ml.root)


def _upload_folder(folder: Path, uri: S3Uri, role: Role, scratch: Path) -> None:
    if not any(folder.iterdir()):
        return
    archive = scratch / uri.key.rpartition("/")[2]
    try:
        pack(archive, folder)
        upload(role.s3, archive, uri)
    except AwsError as error:
        raise ClientError(f"Artifact upload failed:{worded(error)}: {uri}") from error
    except (BotoCoreError, OSError) as error:
        raise ClientError(f"Artifact upload failed:{error}: {uri}") from error
    finally:
        archive.unlink(missing_ok=True)
