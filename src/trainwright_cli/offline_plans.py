"""Plans made with no cloud, of a data set in a folder or in a bucket."""

from pathlib import Path

from trainwright.logic.naming import run_of_request, run_of_upload
from trainwright.logic.planning.location import MARKERS
from trainwright.logic.planning.plan_run import plan_run
from trainwright.logic.yaml_text import read_yaml
from trainwright.models.message import JsonObject
from trainwright.models.plan import PlannedRun
from trainwright.models.states import PlanRunRequest, Upload
from trainwright_cli import offline, uploads
from trainwright_cli.offline import FolderCatalogue, FolderDataSet
from trainwright_cli.output import say
from trainwright_cli.run_settings import settings_text


def plan(
    folder: Path,
    model: str,
    data: str,
    *,
    run_yaml: Path | None,
    values: list[str] | None,
    stack_name: str,
    region: str,
) -> PlannedRun:
    """Plan a run of the algorithm in *folder* with *data*, which is a folder or an S3 URI."""
    catalogue = FolderCatalogue(folder, offline.placeholder_account(stack_name, region))
    name = folder.resolve().name
    if data.startswith("s3://"):
        text = settings_text(run_yaml, values, Path())
        return _plan_bucket(catalogue, name, model, data, text)
    text = settings_text(run_yaml, values, Path(data))
    return _plan_folder(catalogue, name, model, Path(data), text)


def _plan_folder(
    catalogue: FolderCatalogue, algorithm: str, model: str, folder: Path, text: str | None
) -> PlannedRun:
    files = uploads.read_data_set(folder).files
    data_set = FolderDataSet({name: path.stat().st_size for name, path in files.items()}, text)
    key = uploads.prefix_of(algorithm, model) + MARKERS[0 if text is None else 1]
    upload = Upload(bucket=catalogue.account.bucket, key=key)
    request = PlanRunRequest(run=run_of_upload(upload, "").id, execution="", upload=upload)
    return plan_run(request, algorithms=catalogue, data_sets=data_set, account=catalogue.account)


def _plan_bucket(
    catalogue: FolderCatalogue, algorithm: str, model: str, data: str, text: str | None
) -> PlannedRun:
    asked: JsonObject = {"algorithm": algorithm, "model": model, "data": data}
    asked |= {"settings": read_yaml(text) or {}} if text else {}
    registered = catalogue.find(algorithm)
    sizes = offline.assumed_sizes(registered) if registered else {}
    say(f"[dim]Nobody looked into {data}: its required channels are taken to have data.[/]")
    request = PlanRunRequest(run=run_of_request(asked, "").id, execution="", request=asked)
    data_set = FolderDataSet(sizes, None)
    return plan_run(request, algorithms=catalogue, data_sets=data_set, account=catalogue.account)
