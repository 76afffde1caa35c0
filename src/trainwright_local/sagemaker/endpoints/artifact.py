"""From model data in S3 to the folder a model server works in."""

import os
import shutil
import tarfile
import zlib
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from trainwright_local.sagemaker.archives import extract
from trainwright_local.sagemaker.containers.engine import SERVING_PORT, Launch
from trainwright_local.sagemaker.endpoints.errors import DeploymentError
from trainwright_local.sagemaker.images import image_of, is_emulated
from trainwright_local.sagemaker.jobs.entrypoint import named_here
from trainwright_local.sagemaker.jobs.sandbox import OPT_ML
from trainwright_local.sagemaker.models.containers import Container
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.storage import (
    FileAndFolderError,
    S3Uri,
    UnsafeKeyError,
    download,
    download_prefix,
)

SUBMIT_DIRECTORY = "SAGEMAKER_SUBMIT_DIRECTORY"
SAFE_PORTS = "15000-15999"
"""Where a container may listen besides; in a network of its own all ports are its own."""


def prepare(container: Container, role: Role, folder: Path) -> Path:
    """Return *folder*, which holds `model/` with the model data and the code in it.

    The folder is made whole under another name first, so one that exists needs nothing from S3:
    an endpoint comes back after a restart even when its model data has been deleted.
    """
    if folder.exists():
        return folder
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    model = unfinished / "model"
    model.mkdir(parents=True)
    if container.model_data_url is not None and container.compressed:
        _fetch(container.model_data_url, role, model)
    elif container.model_data_url is not None:
        _fetch_prefix(container.model_data_url, role, model)
    # Where the code is not part of the model data the toolkits of the images fetch it from here.
    source = container.environment.get(SUBMIT_DIRECTORY, "")
    if is_emulated(container.image) and source.startswith("s3://"):
        (model / "code").mkdir(exist_ok=True)
        _fetch(source, role, model / "code")
    unfinished.rename(folder)
    return folder


def _fetch(url: str, role: Role, folder: Path) -> None:
    archive = folder.parent / "archive.tar.gz"
    try:
        download(role.s3, S3Uri.parse(url), archive)
        extract(archive, folder)
    except (ClientError, BotoCoreError, ValueError) as error:
        raise _not_downloaded(url, error) from error
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise DeploymentError(
            f'Failed to extract model data archive from URL "{url}". Please ensure that the object '
            f"located at the URL is a valid tar.gz archive. ({error})"
        ) from error
    finally:
        archive.unlink(missing_ok=True)


def _fetch_prefix(url: str, role: Role, folder: Path) -> None:
    try:
        download_prefix(role.s3, S3Uri.parse(url), folder)
    except (ClientError, BotoCoreError, ValueError, FileAndFolderError, UnsafeKeyError) as error:
        raise _not_downloaded(url, error) from error


def _not_downloaded(url: str, error: Exception) -> DeploymentError:
    return DeploymentError(
        f'Failed to download model data from URL "{url}". Please ensure that there is an object '
        "located at the URL and that the role passed to CreateModel has permissions to download "
        f"the object. ({error})"
    )


def variables(container: Container, role: Role, base: Path, port: int) -> dict[str, str]:
    """Return the environment of the container's process."""
    code = str(base / "model" / "code")
    passed = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ
    }
    return {
        **passed,
        **({} if container.isolated else role.variables()),
        "PYTHONUNBUFFERED": "1",
        **container.environment,
        "SAGEMAKER_REGION": role.region,
        "SAGEMAKER_BASE_DIR": str(base),
        "SAGEMAKER_BIND_TO_PORT": str(port),
        "SAGEMAKER_BIND_TO_HOST": "127.0.0.1",
        SUBMIT_DIRECTORY: code,
        "SM_MODEL_DIR": str(base / "model"),
        **_contract(container.image),
    }


def _contract(image: str) -> dict[str, str]:
    """Say how the image's own server would serve, where that is not as most do."""
    contract = image_of(image).contract if is_emulated(image) else ""
    return {"MODEL_SERVER_CONTRACT": contract} if contract else {}


def scripts_variables(container: Container, role: Role, base: Path, port: int) -> dict[str, str]:
    """Return the environment of an image of scripts: the code is the image's, unless given."""
    env = variables(container, role, base, port)
    del env[SUBMIT_DIRECTORY]
    given = {name: named_here(text, str(base)) for name, text in container.environment.items()}
    return env | {name: given[name] for name in (SUBMIT_DIRECTORY,) if name in given}


def launch(container: Container, role: Role, base: Path, url: str, port: int) -> Launch:
    """Return how an image is run whose server is to be found at *port*; *url* is the cloud's."""
    # As on AWS: archives are unpacked for the container, other model data is shown to it.
    mode = "" if container.compressed else ":ro"
    credentials = role.variables() | {"AWS_ENDPOINT_URL": url}
    return Launch(
        image=container.image,
        volumes={base / "model": f"{OPT_ML}/model{mode}"},
        env={
            **({} if container.isolated else credentials),
            **container.environment,
            "SAGEMAKER_BIND_TO_PORT": str(SERVING_PORT),
            "SAGEMAKER_SAFE_PORT_RANGE": SAFE_PORTS,
        },
        arguments=["serve"],
        host=container.name,
        isolated=container.isolated,
        port=port,
    )
