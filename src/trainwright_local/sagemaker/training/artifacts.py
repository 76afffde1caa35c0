"""What a job leaves behind in S3: the model, and whatever else it wrote."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from botocore.exceptions import BotoCoreError
from botocore.exceptions import ClientError as AwsError

from trainwright_local.sagemaker.archives import merged, pack
from trainwright_local.sagemaker.jobs.failures import ClientError, worded
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.storage import S3Uri, upload
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.training.opt_ml import OptMl


def artifacts_uri(output: Record, name: str) -> S3Uri:
    """Return where the model of the job *name* goes: an archive, or a folder of files."""
    folder = S3Uri.parse(output["S3OutputPath"]).below(name, "output")
    if output.get("CompressionType") == "NONE":
        return folder.below("model", "")
    return folder.below("model.tar.gz")


def upload_artifacts(run: Run, hosts: Sequence[OptMl]) -> None:
    """Upload the model, and the other output, in which what all *hosts* have left is together.

    A folder with nothing in it has no archive. See
    https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-output.html
    """
    output = run.job["OutputDataConfig"]
    folder = S3Uri.parse(output["S3OutputPath"]).below(run.name, "output")
    models = [opt_ml.model for opt_ml in hosts]
    data = [opt_ml.output_data for opt_ml in hosts]
    if output.get("CompressionType") == "NONE":
        _upload_files(run, models, folder.below("model"))
        _upload_files(run, data, folder.below("data"))
    else:
        _upload_archive(run, models, folder.below("model.tar.gz"))
        _upload_archive(run, data, folder.below("output.tar.gz"))


def _upload_files(run: Run, folders: Sequence[Path], uri: S3Uri) -> None:
    with _worded(uri):
        for name, entry in merged(*folders):
            if entry.is_file():
                upload(run.role.s3, entry, uri.below(name))


def _upload_archive(run: Run, folders: Sequence[Path], uri: S3Uri) -> None:
    if not any(any(folder.iterdir()) for folder in folders):
        return
    archive = run.folder / uri.key.rpartition("/")[2]
    with _worded(uri):
        pack(archive, *folders)
        upload(run.role.s3, archive, uri)
    archive.unlink()


@contextmanager
def _worded(uri: S3Uri) -> Iterator[None]:
    try:
        yield
    except AwsError as error:
        raise ClientError(f"Artifact upload failed:{worded(error)}: {uri}") from error
    except (BotoCoreError, OSError) as error:
        raise ClientError(f"Artifact upload failed:{error}: {uri}") from error
