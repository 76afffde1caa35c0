"""The variables that point other tools at a local cloud, as lines for a shell's `eval`."""

import shlex

import typer

from trainwright_local.cloud.record import CloudInfo


def print_exports(cloud: CloudInfo) -> None:
    """Print a line for each variable to stdout."""
    for name, value in cloud.environment().items():
        typer.echo(f"export {name}={shlex.quote(value)}")
