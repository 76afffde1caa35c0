"""Where an endpoint is: its key among all endpoints, and its folder."""

from pathlib import Path

from trainwright_local.sagemaker.api.operations import Context

type Place = tuple[str, str, str]
"""Account, region and name of an endpoint."""


def place_of(endpoint: str, context: Context) -> Place:
    """Return the key of an endpoint."""
    return context.account, context.region, endpoint


def folder_of(endpoint: str, context: Context) -> Path:
    """Return the folder of all that an endpoint keeps on disk."""
    folder = context.config.state_dir / "endpoints"
    return folder / context.account / context.region / endpoint
