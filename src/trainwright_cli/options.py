"""The options that commands share, and the decorator that turns the cloud's into a cloud."""

import inspect
from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Concatenate

import typer

from trainwright_cli.cloud_access import Cloud, Target

_PANEL = "Which cloud (the local one if it is up)"

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")]
Profile = Annotated[
    str | None, typer.Option(help="Profile of your AWS credentials.", rich_help_panel=_PANEL)
]
Region = Annotated[str | None, typer.Option(help="AWS region.", rich_help_panel=_PANEL)]
StackName = Annotated[str, typer.Option(help="Name of the stack.", rich_help_panel=_PANEL)]
EndpointUrl = Annotated[
    str | None, typer.Option(help="Where the cloud answers.", rich_help_panel=_PANEL)
]

RunYaml = Annotated[
    Path | None, typer.Option(help="Settings of the run: hyperparameters, instances, gate, tags.")
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Set one hyperparameter; may be given several times."
    ),
]

_TARGET_TYPES = {
    "profile": Profile,
    "region": Region,
    "stack_name": StackName,
    "endpoint_url": EndpointUrl,
}


def with_cloud[**P, R](command: Callable[Concatenate[Cloud, P], R]) -> Callable[..., R]:
    """Replace the first parameter, a cloud, by the four options that say which one."""
    signature = inspect.signature(command)
    own = list(signature.parameters.values())[1:]
    target = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=field.default,
            annotation=_TARGET_TYPES[field.name],
        )
        for field in fields(Target)
    ]

    @wraps(command)
    def with_options(*args: Any, **kwargs: Any) -> R:  # noqa: ANN401 - Typer passes them by name
        named = Target(**{name: kwargs.pop(name) for name in _TARGET_TYPES})
        return command(Cloud.of(named), *args, **kwargs)

    # Typer reads both.
    vars(with_options)["__signature__"] = signature.replace(parameters=[*own, *target])
    with_options.__annotations__ = {p.name: p.annotation for p in (*own, *target)}
    return with_options
