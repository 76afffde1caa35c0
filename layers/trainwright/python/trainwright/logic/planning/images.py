"""Which image trains a model, and which serves it."""

from typing import Literal

from trainwright.errors import InvalidRequestError
from trainwright.logic.images import image_uri
from trainwright.models.account import Account
from trainwright.models.manifest import AlgorithmManifest
from trainwright.models.message import Problem


def choose_image(
    manifest: AlgorithmManifest,
    scope: Literal["training", "inference"],
    instance_type: str,
    account: Account,
    problems: list[Problem],
) -> str:
    """Give the algorithm's own image, or its framework's for *instance_type*."""
    if manifest.images:
        return getattr(manifest.images, scope) or ""
    assert manifest.framework is not None
    name, version = manifest.framework.name, manifest.framework.version
    try:
        return image_uri(name, version, scope, instance_type, account.region, account.url_suffix)
    except InvalidRequestError as error:
        problems.append(Problem(field="framework", message=str(error)))
        return ""
