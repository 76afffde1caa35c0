"""Data of S3 on its way to the disk of a job."""

from pathlib import Path

from botocore.exceptions import BotoCoreError
from botocore.exceptions import ClientError as AwsError

from trainwright_local.sagemaker.jobs.failures import ClientError, worded
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.storage import (
    FileAndFolderError,
    S3Uri,
    UnsafeKeyError,
    download_prefix,
)


def fetch_prefix(prefix: S3Uri, role: Role, folder: Path) -> None:
    """Put all that is below *prefix* into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        found = download_prefix(role.s3, prefix, folder)
    except AwsError as error:
        raise ClientError(f"Data download failed:{worded(error)}: {prefix}") from error
    except (BotoCoreError, UnsafeKeyError, OSError) as error:
        raise ClientError(f"Data download failed:{error}: {prefix}") from error
    except FileAndFolderError as error:
        raise ClientError(
            "Failed to download data. Please check your s3 objects and ensure that there is no "
            f"object that is both a folder as well as a file. ({error} below {prefix})"
        ) from error
    if not found:
        raise ClientError(f"Data download failed:No objects found under {prefix}")
