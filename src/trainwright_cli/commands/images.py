"""`trainwright images`: build, push and list the images of the containers."""

import os
import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trainwright_cli.cloud_access import Cloud
from trainwright_cli.options import AsJson, StackName, with_cloud
from trainwright_cli.output import print_json, print_table, say

if TYPE_CHECKING:
    from trainwright_cli.images.building import Target
    from trainwright_cli.images.engines import Engine

app = typer.Typer(
    help="Build, push and list the containers' images.", no_args_is_help=True, add_completion=False
)


class EngineName(StrEnum):
    """What builds."""

    AUTO = "auto"
    DOCKER = "docker"
    PODMAN = "podman"
    BUILDAH = "buildah"
    NONE = "none"


class VariantName(StrEnum):
    """For which processors."""

    CPU = "cpu"
    GPU = "gpu"


class PlatformName(StrEnum):
    """For which machines."""

    AMD64 = "linux/amd64"
    ARM64 = "linux/arm64"


Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME...]", help="Containers; all that are built on another if none."),
]
Variants = Annotated[
    list[VariantName] | None,
    typer.Option("--variant", help="For which processors; all that the container has if none."),
]
Platforms = Annotated[
    list[PlatformName] | None,
    typer.Option("--platform", help="For which machines; linux/amd64 if none."),
]
EngineOption = Annotated[EngineName, typer.Option("--engine", help="What builds and pushes.")]
PipConfig = Annotated[
    Path | None, typer.Option(envvar="PIP_CONFIG_FILE", help="Settings of pip for the build.")
]
UvConfig = Annotated[
    Path | None, typer.Option(envvar="UV_CONFIG_FILE", help="Settings of uv for the build.")
]
BaseImage = Annotated[
    str, typer.Option(help="What the lowest image is built on, if not what its folder says.")
]


@app.command()
def build(  # noqa: PLR0913, PLR0917 - each is an option
    names: Names = None,
    variant: Variants = None,
    platform: Platforms = None,
    engine: EngineOption = EngineName.AUTO,
    pip_config: PipConfig = None,
    uv_config: UvConfig = None,
    base_image: BaseImage = "",
    stack_name: StackName = "trainwright",
) -> None:
    """Build images with docker, podman or buildah, whichever is there.

    The engine stays on this machine; what is up to date is not built again.
    """
    from trainwright_cli.images import building, making

    chosen = _targets(names, variant, platform)
    present = _engine(engine, local=False)
    if present is None:
        raise typer.BadParameter("images of scripts alone are made when they are pushed")
    secrets = _secrets(pip_config, uv_config)
    making.build(building.Builder(present, stack_name, secrets, base_image), chosen)


@app.command()
@with_cloud
def push(  # noqa: PLR0913, PLR0917 - each is an option
    cloud: Cloud,
    names: Names = None,
    variant: Variants = None,
    platform: Platforms = None,
    engine: EngineOption = EngineName.AUTO,
    registry: Annotated[
        str | None, typer.Option(help="HOST[:PORT] of another registry than ECR.")
    ] = None,
    also: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="REPOSITORY:TAG",
            help="Another name of the one image, as files have it.",
        ),
    ] = "",
    output: Annotated[
        Path | None, typer.Option(help="A JSON file to write the images' URIs to.")
    ] = None,
    pip_config: PipConfig = None,
    uv_config: UvConfig = None,
    base_image: BaseImage = "",
    as_json: AsJson = False,
) -> None:
    """Push images, after building what is not built, and record them for the stack.

    The local cloud takes the scripts alone unless --engine names an engine: it needs none. What is
    in the registry already is not pushed again. --json prints {container: {processor: URI}}.
    """
    from trainwright_cli.images import building, making, pushing, records

    chosen = _targets(names, variant, platform)
    _check_name(also, chosen)
    present = _engine(engine, local=cloud.is_local and registry is None)
    destination: pushing.Destination
    if registry:
        destination = pushing.PlainRegistry(registry, cloud.stack_name)
    else:
        destination = pushing.Ecr.of(cloud)
    secrets = _secrets(pip_config, uv_config)
    stack = cloud.stack_name
    builder = building.Builder(present, stack, secrets, base_image) if present else None
    uris = making.push(builder, chosen, destination, also)
    if registry is None:
        in_force = records.Records(
            cloud.session.client("ssm", endpoint_url=cloud.endpoint_url), cloud.stack_name
        )
        for (name, processor), uri in uris.items():
            in_force.put(name, processor, uri)
    if output:
        records.write_file(output, uris)
    if as_json:
        print_json(records.nested(uris))
        return
    for (name, processor), uri in uris.items():
        say(f"[green]✓[/] {name} ({processor}): [bold]{uri}[/]")


@app.command("list")
@with_cloud
def list_images(cloud: Cloud, as_json: AsJson = False) -> None:
    """List the containers: what is built, pushed, recorded, and out of date.

    --json prints a list of {name, processor, version, built, pushed, recorded, uri}.
    """
    from rich.table import Table

    from trainwright_cli.images import listing

    rows = listing.rows(cloud, _targets(None, None, None))
    if as_json:
        print_json([row._asdict() for row in rows])
        return
    table = Table("container", "for", "version", "built", "pushed", "recorded", box=None)
    for row in rows:
        table.add_row(row.name, row.processor, row.version, row.built, row.pushed, row.recorded)
    print_table(table)


def _check_name(also: str, chosen: "list[Target]") -> None:
    if also and not re.fullmatch(r"[a-z0-9][a-z0-9._/-]*:[\w][\w.-]*", also):
        raise typer.BadParameter(f"--as takes REPOSITORY:TAG, and not '{also}'")
    if also and len([target for target in chosen if target.folder.base]) != 1:
        raise typer.BadParameter("--as names one image: give one NAME, and --variant if need be")


def _targets(
    names: list[str] | None,
    variants: list[VariantName] | None,
    platforms: list[PlatformName] | None,
) -> "list[Target]":
    from trainwright_cli.images import building, folders
    from trainwright_cli.state_folder import checkout

    root = checkout(Path.cwd()) or Path.cwd()
    found = [folders.folder_of(root, name) for name in names or folders.names(root)]
    chosen = found if names else [folder for folder in found if folder.base]
    return building.targets(
        chosen,
        [name.value for name in variants or VariantName],
        [name.value for name in platforms or (PlatformName.AMD64,)],
    )


def _engine(name: EngineName, *, local: bool) -> "Engine | None":
    from trainwright_cli.images.engines import engine_named

    if name is EngineName.NONE or (name is EngineName.AUTO and local):
        return None
    return engine_named(None if name is EngineName.AUTO else name.value)


def _secrets(pip_config: Path | None, uv_config: Path | None) -> dict[str, Path]:
    given = {"pip": pip_config, "uv": uv_config}
    return {name: path for name, path in given.items() if path and str(path) != os.devnull}
