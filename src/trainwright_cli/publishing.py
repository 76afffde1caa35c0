"""Publishing an algorithm: upload its package, and wait for what the stack says of it."""

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from trainwright.logic.packaging import Package
from trainwright.logic.registration import PACKAGE, REGISTRATION
from trainwright.models.algorithm import Registration
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import CliError
from trainwright_cli.packages import Content
from trainwright_cli.registered import prefix_of
from trainwright_cli.state_folder import checkout

PLACES = ("algorithms", "containers")


@dataclass(frozen=True)
class Publication:
    """A package on its way; *before* is the version of the answer that was there already."""

    name: str
    answer: str
    before: str


def folders(names: list[str]) -> list[Path]:
    """Find the folders of the algorithms *names* (or paths); all of the checkout if none."""
    if names:
        root = (checkout(Path.cwd()) or Path.cwd()) / PLACES[0]
        return [_folder(root, name) for name in names]
    if found := all_folders():
        return found
    raise CliError(f"no algorithm in {Path.cwd()}: name a folder, or run this in the checkout")


def all_folders() -> list[Path]:
    """Find every algorithm of the checkout, those that bring their own image included."""
    root = checkout(Path.cwd()) or Path.cwd()
    found = (path for place in PLACES for path in root.glob(f"{place}/*/algorithm.yaml"))
    return sorted((path.parent for path in found), key=lambda folder: folder.name)


def sort_by_licence(
    contents: Iterable[Content], licences: Collection[str]
) -> tuple[list[Content], list[Content]]:
    """Tell those that may be published from those whose licence nobody has accepted."""
    accepted: list[Content] = []
    left_out: list[Content] = []
    for content in contents:
        licence = content.licence_to_accept()
        (accepted if licence is None or licence in licences else left_out).append(content)
    return accepted, left_out


def publish(cloud: Cloud, content: Content) -> Publication:
    """Upload the package of *content*, which makes the stack register it."""
    return send(cloud, content.pack())


def send(cloud: Cloud, package: Package) -> Publication:
    """Upload *package*, which makes the stack register it."""
    publication = expected(cloud, package.name, package.version)
    key = prefix_of(package.name, package.version) + PACKAGE
    cloud.s3.put_object(Bucket=cloud.stack.bucket, Key=key, Body=package.body)
    return publication


def expected(cloud: Cloud, name: str, version: str) -> Publication:
    """Prepare to wait for the answer to what is about to be sent."""
    answer = prefix_of(name, version) + REGISTRATION
    return Publication(name, answer, before=_latest_version(cloud, answer))


def wait_for(
    cloud: Cloud,
    publication: Publication,
    *,
    stopping: Event | None = None,
    patience_seconds: float = 120,
    every: float = 0.2,
) -> Registration:
    """Wait for the stack's answer; a CliError if none comes, or if *stopping* is set."""
    deadline = time.monotonic() + patience_seconds
    while time.monotonic() < deadline:
        if stopping and stopping.is_set():
            raise CliError(f"{publication.name} was uploaded; its registration was not waited for")
        if _latest_version(cloud, publication.answer) != publication.before:
            answer = cloud.s3.get_object(Bucket=cloud.stack.bucket, Key=publication.answer)
            return Registration.model_validate_json(answer["Body"].read())
        time.sleep(every)
    raise CliError(
        f"{publication.name} was uploaded, but not registered within "
        f"{patience_seconds:g} s: see the log of RegisterAlgorithmFunction"
    )


def _folder(root: Path, name: str) -> Path:
    for path in (Path(name), root / name, root.with_name("containers") / name):
        if (path / "algorithm.yaml").is_file():
            return path
    raise CliError(f"no algorithm '{name}': neither {root / name} nor ./{name} has algorithm.yaml")


def _latest_version(cloud: Cloud, key: str) -> str:
    """Give the version of the object *key*, or "" if there is none."""
    found = cloud.s3.list_object_versions(Bucket=cloud.stack.bucket, Prefix=key)
    latest = (version for version in found.get("Versions", []) if version["IsLatest"])
    return next((version["VersionId"] for version in latest), "")
