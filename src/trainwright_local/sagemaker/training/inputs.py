"""What a job needs on its disk before it runs: the script's source, and the channels."""

import tarfile
from collections.abc import Sequence
from dataclasses import replace

from botocore.exceptions import BotoCoreError
from botocore.exceptions import ClientError as AwsError

from trainwright_local.sagemaker.archives import extract
from trainwright_local.sagemaker.jobs.failures import AlgorithmError, ClientError
from trainwright_local.sagemaker.jobs.inputs import fetch, source_of
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.runner import decoded
from trainwright_local.sagemaker.storage import S3Uri, download
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.training.opt_ml import OptMl

PROGRAM = "sagemaker_program"
SUBMIT_DIRECTORY = "sagemaker_submit_directory"


def parameter(job: Record, name: str) -> str:
    """Return a hyperparameter that is meant for the platform; empty if there is none."""
    return str(decoded(job.get("HyperParameters", {}).get(name, "")) or "")


def fetch_source(run: Run, hosts: Sequence[OptMl]) -> None:
    """Put the script's source into the code folders, as the toolkit does inside of containers."""
    uri = S3Uri.parse(parameter(run.job, SUBMIT_DIRECTORY))
    archive = run.folder / "sourcedir.tar.gz"
    try:
        download(run.role.s3, uri, archive)
        for opt_ml in hosts:
            extract(archive, opt_ml.code, opt_ml.volume(run.job).bytes)
    except (AwsError, BotoCoreError) as error:
        raise AlgorithmError(f"framework error: \n{uri}: {error}") from error
    except (tarfile.TarError, EOFError, OSError) as error:
        raise AlgorithmError(f"framework error: \n{uri} cannot be unpacked: {error}") from error
    finally:
        archive.unlink(missing_ok=True)
    program, code = parameter(run.job, PROGRAM), hosts[0].code
    if not (code / program).is_file() and not (code / "setup.py").is_file():
        raise AlgorithmError(f"framework error: \n{uri} holds no file {program}")


def fetch_channels(run: Run, opt_ml: OptMl) -> None:
    """Put the data of every channel into its folder; in FastFile mode too, see `opt_ml`."""
    for channel in run.job.get("InputDataConfig", []):
        source = source_of(channel["DataSource"]["S3DataSource"])
        if "ShuffleConfig" in channel:
            source = replace(source, seed=channel["ShuffleConfig"]["Seed"])
        fetch(source, run.role, opt_ml.channel(channel["ChannelName"]), opt_ml.share)
        if full := opt_ml.volume(run.job).overflow():
            raise ClientError(f"Data download failed:Insufficient disk space ({full})")
