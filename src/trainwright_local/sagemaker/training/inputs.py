"""What a job needs on its disk before it runs: the script's source, and the channels."""

import tarfile

from botocore.exceptions import BotoCoreError
from botocore.exceptions import ClientError as AwsError

from trainwright_local.sagemaker.archives import extract
from trainwright_local.sagemaker.jobs.failures import AlgorithmError
from trainwright_local.sagemaker.jobs.inputs import fetch_prefix
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.runner import decoded
from trainwright_local.sagemaker.storage import S3Uri, download
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.training.opt_ml import OptMl

PROGRAM = "sagemaker_program"
SUBMIT_DIRECTORY = "sagemaker_submit_directory"


def parameter(job: Record, name: str) -> str:
    """Return a hyperparameter that is meant for the platform; empty if there is none."""
    return str(decoded(job.get("HyperParameters", {}).get(name, "")) or "")


def fetch_source(job: Record, role: Role, opt_ml: OptMl) -> None:
    """Put the script's source into the code folder, as the toolkit does inside of the container."""
    uri = S3Uri.parse(parameter(job, SUBMIT_DIRECTORY))
    archive = opt_ml.root / "sourcedir.tar.gz"
    try:
        download(role.s3, uri, archive)
        extract(archive, opt_ml.code)
    except (AwsError, BotoCoreError) as error:
        raise AlgorithmError(f"framework error: \n{uri}: {error}") from error
    except (tarfile.TarError, EOFError, OSError) as error:
        raise AlgorithmError(f"framework error: \n{uri} cannot be unpacked: {error}") from error
    finally:
        archive.unlink(missing_ok=True)
    program = parameter(job, PROGRAM)
    if not (opt_ml.code / program).is_file():
        raise AlgorithmError(f"framework error: \n{uri} holds no file {program}")


def fetch_channels(job: Record, role: Role, opt_ml: OptMl) -> None:
    """Put the data of every channel into its folder."""
    for channel in job.get("InputDataConfig", []):
        prefix = S3Uri.parse(channel["DataSource"]["S3DataSource"]["S3Uri"])
        fetch_prefix(prefix, role, opt_ml.channel(channel["ChannelName"]))
