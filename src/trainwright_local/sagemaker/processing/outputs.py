"""What the instances of a processing job write, on its way to S3: at the end, or all the time."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from trainwright_local.sagemaker.jobs.following import Following
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.processing.admission import outputs_of
from trainwright_local.sagemaker.processing.opt_ml import OptMl
from trainwright_local.sagemaker.storage import S3Uri


@contextmanager
def followed(run: Run, hosts: Sequence[OptMl]) -> Iterator[None]:
    """Upload the outputs of mode Continuous as they are written, whatever comes of the job."""
    with ExitStack() as stack:
        for output in _outputs(run, hosts, "Continuous"):
            output.watch()
            stack.callback(_close, run, output)
        yield


def upload_outputs(run: Run, hosts: Sequence[OptMl]) -> None:
    """Upload the outputs of mode EndOfJob; raises ClientError."""
    for output in _outputs(run, hosts, "EndOfJob"):
        output.close()


def _close(run: Run, output: Following) -> None:
    if not run.is_abandoned:
        output.close()


def _outputs(run: Run, hosts: Sequence[OptMl], mode: str) -> Iterator[Following]:
    places = [output["S3Output"] for output in outputs_of(run.job)]
    for opt_ml in hosts:
        for number, place in enumerate(places):
            if place["S3UploadMode"] == mode:
                folder = opt_ml.local(place["LocalPath"])
                scratch = opt_ml.folder / f"output-{number}"
                yield Following(run.role, S3Uri.parse(place["S3Uri"]), folder, scratch)
