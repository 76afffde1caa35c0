"""SageMaker's models, endpoint configurations and endpoints."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from trainwright.aws.clients import our_errors, sagemaker
from trainwright.aws.creation import create_once, delete_if_there
from trainwright.errors import InvalidRequestError, NotReadyError
from trainwright.models.message import JsonObject
from trainwright.models.names import Tag

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import DescribeEndpointOutputTypeDef

_CHANGING = {"Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"}


class SageMakerModels:
    """Models and the endpoint configurations that name them."""

    def create(self, model: JsonObject, config: JsonObject) -> None:
        """Create both; what exists already stays."""
        client = sagemaker()
        create_once(
            lambda: client.create_model(**model),
            lambda: client.describe_model(ModelName=model["ModelName"]),
        )
        name = config["EndpointConfigName"]
        create_once(
            lambda: client.create_endpoint_config(**config),
            lambda: client.describe_endpoint_config(EndpointConfigName=name),
        )

    def remove(self, config: str) -> tuple[str, ...]:
        """Delete the configuration and its model, which has the same name; give what was there."""
        client = sagemaker()
        found = (
            delete_if_there(partial(client.delete_endpoint_config, EndpointConfigName=config)),
            delete_if_there(partial(client.delete_model, ModelName=config)),
        )
        return (config,) if any(found) else ()


class SageMakerEndpoints:
    """Endpoints, by name."""

    def serving(self, endpoint: str) -> str:
        """Give the configuration that *endpoint* serves, or "" if there is none in service."""
        found = _describe(endpoint)
        return found["EndpointConfigName"] if found and found["EndpointStatus"] != "Failed" else ""

    def deploy(
        self, endpoint: str, config: str, tags: list[Tag], serving: str | None = None
    ) -> bool:
        """Create or update it; False if it serves *config*. NotReadyError while it changes.

        *serving* is what it served just now ("": nothing). Without it the endpoint is looked at
        first; with it only if the change is refused.
        """
        if serving is None:
            serving = self._at_rest(endpoint)
        if serving == config:
            return False
        client = sagemaker()
        create = partial(client.create_endpoint, Tags=tags)
        change = client.update_endpoint if serving else create
        try:
            with our_errors():
                change(EndpointName=endpoint, EndpointConfigName=config)
        except InvalidRequestError:
            if self._at_rest(endpoint) != config:
                raise
            return False
        return True

    def _at_rest(self, endpoint: str) -> str:
        """Give what it serves; a `Failed` one can but be deleted, to be created anew later."""
        if (found := _describe(endpoint)) is None:
            return ""
        if found["EndpointStatus"] == "Failed":
            self.delete(endpoint)
            raise NotReadyError(f"endpoint '{endpoint}' had failed and is being deleted")
        _refuse_change(found)
        return found["EndpointConfigName"]

    def delete(self, endpoint: str) -> bool:
        """Delete the endpoint; False if there is none. NotReadyError while it changes."""
        if (found := _describe(endpoint)) is None:
            return False
        _refuse_change(found)
        with our_errors():
            sagemaker().delete_endpoint(EndpointName=endpoint)
        return True


def _describe(endpoint: str) -> DescribeEndpointOutputTypeDef | None:
    try:
        with our_errors():
            return sagemaker().describe_endpoint(EndpointName=endpoint)
    except InvalidRequestError:
        return None


def _refuse_change(found: DescribeEndpointOutputTypeDef) -> None:
    if found["EndpointStatus"] in _CHANGING:
        status = found["EndpointStatus"]
        raise NotReadyError(f"endpoint '{found['EndpointName']}' is {status}")
