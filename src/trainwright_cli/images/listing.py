"""What is known of each image: on this machine, in the registry, and in force."""

from collections.abc import Sequence
from typing import NamedTuple

from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import CliError
from trainwright_cli.images.building import Target
from trainwright_cli.images.engines import Engine, engine_named
from trainwright_cli.images.pushing import Ecr
from trainwright_cli.images.records import Records

YES, NO, STALE = "yes", "no", "out of date"


class Row(NamedTuple):
    """One image."""

    name: str
    processor: str
    version: str
    built: str
    pushed: str
    recorded: str
    uri: str
    """The image in force, if any."""


def rows(cloud: Cloud, targets: Sequence[Target]) -> list[Row]:
    """Look up every image of *targets* that is built on another."""
    ecr = Ecr.of(cloud)
    ssm = cloud.session.client("ssm", endpoint_url=cloud.endpoint_url)
    in_force = Records(ssm, cloud.stack_name).all()
    engine = _engine()
    return [_row(cloud, ecr, engine, in_force, target) for target in targets if target.folder.base]


def _row(
    cloud: Cloud,
    ecr: Ecr,
    engine: Engine | None,
    in_force: dict[tuple[str, str], str],
    target: Target,
) -> Row:
    name = target.folder.name
    tags = (target.tag, target.scripts_tag)
    found = [ecr.find(f"{cloud.stack_name}-{name}", tag) for tag in tags]
    digests = [image.digest for image in found if image]
    uri = in_force.get((name, target.processor), "")
    is_current = any(uri.endswith(digest) for digest in digests)
    return Row(
        name=name,
        processor=target.processor,
        version=target.folder.version,
        built=YES if engine and engine.has(target.image(cloud.stack_name)) else NO,
        pushed=YES if digests else NO,
        recorded=(YES if is_current else STALE) if uri else NO,
        uri=uri,
    )


def _engine() -> Engine | None:
    try:
        return engine_named(None)
    except CliError:
        return None
