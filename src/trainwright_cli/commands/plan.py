"""`trainwright plan`: every request a run would send, without sending any."""

import sys
from pathlib import Path
from typing import Annotated

import typer
import yaml

from trainwright.logic.naming import run_of_request, run_of_upload
from trainwright.logic.planning.location import MARKERS
from trainwright.logic.planning.plan_run import plan_run
from trainwright.logic.yaml_text import read_yaml
from trainwright.models.message import JsonObject
from trainwright.models.plan import PlannedRun
from trainwright.models.states import PlanRunRequest, Upload
from trainwright_cli import offline, publishing, uploads
from trainwright_cli.cloud_access import Target
from trainwright_cli.errors import RefusedError
from trainwright_cli.offline import FolderCatalogue, FolderDataSet
from trainwright_cli.options import AsJson, Region, StackName
from trainwright_cli.output import print_json, say
from trainwright_cli.run_settings import RunYaml, Set, settings_text
from trainwright_local.cloud.lifecycle import DEFAULT_REGION

app = typer.Typer(add_completion=False)


@app.command()
def plan(  # noqa: PLR0913, PLR0917 - one parameter for each word of the command line
    algorithm: Annotated[str, typer.Argument(help="Name or folder of an algorithm.")],
    model: Annotated[str, typer.Argument(help="Name of the model.")],
    data: Annotated[
        str, typer.Argument(metavar="DIR|s3://...", help="The data: a folder for each channel.")
    ],
    run_yaml: RunYaml = None,
    values: Set = None,
    region: Region = None,
    stack_name: StackName = Target.stack_name,
    as_json: AsJson = False,
) -> None:
    """Print the plan of a run: every SageMaker request it would send. Needs no credentials.

    What only a deployed stack knows (account, bucket, role) is a placeholder. --json prints
    {run, data, plan, problems}. Exits 4 if the run would be refused.
    """
    [folder] = publishing.folders([algorithm])
    account = offline.placeholder_account(stack_name, region or DEFAULT_REGION)
    catalogue = FolderCatalogue(folder, account)
    name = folder.resolve().name
    if data.startswith("s3://"):
        text = settings_text(run_yaml, values, Path())
        planned = _plan_bucket(catalogue, name, model, data, text)
    else:
        text = settings_text(run_yaml, values, Path(data))
        planned = _plan_folder(catalogue, name, model, Path(data), text)
    _print(planned, as_json=as_json)


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


def _print(planned: PlannedRun, *, as_json: bool) -> None:
    document = planned.model_dump(mode="json")
    if as_json:
        print_json(document)
    elif planned.plan:
        yaml.safe_dump(document["plan"], sys.stdout, sort_keys=False, allow_unicode=True)
    if planned.problems:
        raise RefusedError("the run", planned.problems)
