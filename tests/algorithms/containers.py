"""The images of algorithms that bring their own: pushed, and what their scripts run in here."""

from pathlib import Path

from tests.integration.stack.stack import Stack
from trainwright_cli.images.building import Target
from trainwright_cli.images.folders import ContainerFolder
from trainwright_cli.images.pushing import Ecr, ensure
from trainwright_cli.images.records import Records
from trainwright_cli.images.scripts import program_files
from trainwright_local.sagemaker.containers.pushed import environment_image
from trainwright_local.sagemaker.images import Image


def push(folder: ContainerFolder, stack: Stack) -> None:
    """Push the scripts of *folder* into the local cloud, for every processor, and record them."""
    assert stack.endpoint_url, "against AWS, push the images with an engine first"
    ecr = Ecr(stack.session, stack.name, local_url=stack.endpoint_url)
    records = Records(stack.client("ssm"), stack.name)
    repository = ecr.repository(folder.name)
    for variant in folder.variants:
        target = Target(folder, variant)
        records.put(folder.name, target.processor, ensure(ecr, None, target, repository))


def environment_of(folder: ContainerFolder, scratch: Path) -> tuple[Image, Path]:
    """Give what the local cloud makes the environment of *folder* from, written into *scratch*."""
    requirements = program_files(folder)["requirements.txt"]
    path = scratch / f"{folder.name}-scripts.txt"
    path.write_bytes(requirements)
    return environment_image(folder.specification.python, requirements.decode()), path
