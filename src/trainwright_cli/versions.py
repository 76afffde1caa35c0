"""The versions of an algorithm that a stack keeps: which they are, and going back to one.

SSM keeps the last hundred values of the parameter that says what is in force, so the version before
is read and not guessed. Going back touches the stored package, which makes the stack register it as
if it had been uploaded: by the same rules, and with the images that the stack knows today.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from rich.markup import escape
from rich.table import Table

from trainwright.logic.registration import PACKAGE, REGISTRATION, ROOT
from trainwright.models.algorithm import Registration
from trainwright.models.message import Problem
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import CliError, RefusedError
from trainwright_cli.publishing import expected, wait_for
from trainwright_cli.registered import prefix_of, registered_versions

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectTypeDef


class Kept(NamedTuple):
    """A version that was uploaded once, and what became of it when it was last."""

    version: str
    registered: datetime
    in_force: bool
    problems: tuple[Problem, ...]


def kept_versions(cloud: Cloud, name: str) -> list[Kept]:
    """Give the versions of *name*, the one registered last first; a CliError if there are none."""
    in_force = registered_versions(cloud).get(name)
    answers = _answers(cloud, name)
    found = [_kept(cloud, item["Key"], item["LastModified"], in_force) for item in answers]
    if not found:
        raise CliError(f"the stack has no version of '{name}': see `trainwright algorithms list`")
    return sorted(found, key=lambda kept: kept.registered, reverse=True)


def table_of(versions: list[Kept]) -> Table:
    """Show *versions*."""
    table = Table("version", "registered", "", box=None)
    for kept in versions:
        refused = f"[red]refused:[/] {escape('; '.join(map(str, kept.problems)))}"
        state = "[green]in force[/]" if kept.in_force else refused if kept.problems else ""
        table.add_row(kept.version, f"{kept.registered:%Y-%m-%d %H:%M:%S}", state)
    return table


def choose(cloud: Cloud, name: str, asked: str | None) -> str:
    """Find the version *asked* for, by its first digits, or else the one in force before."""
    versions = kept_versions(cloud, name)
    if asked is None:
        return _before(cloud, name, next((k.version for k in versions if k.in_force), None))
    matching = [kept for kept in versions if asked and kept.version.startswith(asked)]
    if len(matching) != 1:
        fault = "the beginning of several versions" if matching else "no version"
        known = ", ".join(kept.version for kept in versions)
        raise CliError(f"'{asked}' is {fault} of '{name}': it has {known}")
    [kept] = matching
    if kept.problems:
        raise RefusedError(f"version {kept.version} of {name}", kept.problems)
    return kept.version


def go_back(cloud: Cloud, name: str, version: str) -> Registration:
    """Put *version* in force again, and wait for it; a CliError if another act was later."""
    publication = expected(cloud, name, version)
    bucket, key = cloud.stack.bucket, prefix_of(name, version) + PACKAGE
    cloud.s3.copy_object(  # onto itself, which S3 allows if it is told new metadata
        Bucket=bucket,
        Key=key,
        CopySource={"Bucket": bucket, "Key": key},
        MetadataDirective="REPLACE",
        ContentType="application/gzip",
    )
    answer = wait_for(cloud, publication)
    if answer.accepted and (now := registered_versions(cloud).get(name)) != version:
        raise CliError(f"{name} {version} was in force, but {now} was registered right after it")
    return answer


def _before(cloud: Cloud, name: str, in_force: str | None) -> str:
    for value in reversed(list(_history(cloud, name))):
        if in_force is not None and value != in_force:
            return value
    raise CliError(
        f"no other version of '{name}' was in force before: "
        f"see `trainwright algorithms versions {name}`"
    )


def _history(cloud: Cloud, name: str) -> Iterator[str]:
    parameter = f"/{cloud.stack_name}/algorithms/{name}/manifest"
    pages = cloud.ssm.get_paginator("get_parameter_history").paginate(Name=parameter)
    for page in pages:
        yield from (entry["Value"].split("/")[-2] for entry in page["Parameters"])


def _answers(cloud: Cloud, name: str) -> "Iterator[ObjectTypeDef]":
    pages = cloud.s3.get_paginator("list_objects_v2").paginate(
        Bucket=cloud.stack.bucket, Prefix=f"{ROOT}/{name}/"
    )
    found = (item for page in pages for item in page.get("Contents", []))
    return (item for item in found if item["Key"].endswith(f"/{REGISTRATION}"))


def _kept(cloud: Cloud, key: str, registered: datetime, in_force: str | None) -> Kept:
    found = cloud.s3.get_object(Bucket=cloud.stack.bucket, Key=key)
    answer = Registration.model_validate_json(found["Body"].read())
    return Kept(answer.version, registered, answer.version == in_force, answer.problems)
