"""`trainwright delete`: take a model's endpoint down."""

import sys
from typing import Annotated

import typer

from trainwright_cli import endpoints
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import CliError
from trainwright_cli.options import AsJson, with_cloud
from trainwright_cli.output import print_json, say

app = typer.Typer(add_completion=False)


@app.command()
@with_cloud
def delete(
    cloud: Cloud,
    model: Annotated[str, typer.Argument(help="Name of the model.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete a model's endpoint.

    With it go the configuration it serves and that one's SageMaker model. The trained artifact and
    the model's versions in the registry stay. --json prints {model, deleted}.
    """
    from trainwright.logic.naming import endpoint_name

    name = endpoint_name(cloud.stack_name, model)
    found = endpoints.find(cloud, name)
    if found is None:
        raise CliError(f"no endpoint of model '{model}': see `trainwright endpoints`")
    if found["EndpointStatus"] in {"Creating", "Updating", "RollingBack", "Deleting"}:
        raise CliError(f"the endpoint is {found['EndpointStatus']} now: wait until that is over")
    if not yes:
        _confirm(f"Delete {name}, which is {found['EndpointStatus']}?")
    deleted = endpoints.delete(cloud, name)
    if as_json:
        print_json({"model": model, "deleted": deleted})
    else:
        say(f"Deleted {', '.join(deleted)}.")


def _confirm(question: str) -> None:
    if not is_asking_possible():
        raise CliError("nothing was deleted: there is nobody to ask here, so confirm with --yes")
    if not typer.confirm(question, err=True):
        raise CliError("nothing was deleted")


def is_asking_possible() -> bool:
    """Say whether somebody sits at this terminal."""
    return sys.stdin.isatty()
