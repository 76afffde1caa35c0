"""`trainwright plan`: every request a run would send, without sending any."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from trainwright_cli.cloud_access import Target
from trainwright_cli.errors import RefusedError
from trainwright_cli.options import AsJson, Region, RunYaml, Set, StackName
from trainwright_cli.output import print_json
from trainwright_local.cloud.lifecycle import DEFAULT_REGION

if TYPE_CHECKING:
    from trainwright.models.plan import PlannedRun

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
    """Print all that a run would do, without doing it.

    The plan holds every SageMaker request. No credentials are needed.
    What only a deployed stack knows (account, bucket, role) is a placeholder. --json prints
    {run, data, plan, problems}. Exits 4 if the run would be refused.
    """
    from trainwright_cli import offline_plans, publishing

    [folder] = publishing.folders([algorithm])
    planned = offline_plans.plan(
        folder,
        model,
        data,
        run_yaml=run_yaml,
        values=values,
        stack_name=stack_name,
        region=region or DEFAULT_REGION,
    )
    _print(planned, as_json=as_json)


def _print(planned: "PlannedRun", *, as_json: bool) -> None:
    import yaml

    document = planned.model_dump(mode="json")
    if as_json:
        print_json(document)
    elif planned.plan:
        yaml.safe_dump(document["plan"], sys.stdout, sort_keys=False, allow_unicode=True)
    if planned.problems:
        raise RefusedError("the run", planned.problems)
