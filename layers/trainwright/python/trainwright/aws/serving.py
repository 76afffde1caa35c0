"""SageMaker's models, endpoint configurations and endpoints."""

from __future__ import annotations

from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from trainwright.aws.clients import our_errors, sagemaker, sagemaker_runtime
from trainwright.aws.creation import create_once, delete_if_there
from trainwright.errors import InvalidRequestError, NotReadyError
from trainwright.models.message import JsonObject
from trainwright.models.names import Tag
from trainwright.models.smoke import Answer

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
        """Delete the configuration and the models it names; give their names.

        A configuration that was never made may have left its model, which has the same name.
        """
        client = sagemaker()
        models = self._models_of(config)
        for model in models or (config,):
            delete_if_there(partial(client.delete_model, ModelName=model))
        delete_if_there(partial(client.delete_endpoint_config, EndpointConfigName=config))
        return models

    def _models_of(self, config: str) -> tuple[str, ...]:
        try:
            with our_errors():
                found = sagemaker().describe_endpoint_config(EndpointConfigName=config)
        except InvalidRequestError:
            return ()
        return tuple(variant["ModelName"] for variant in found["ProductionVariants"])


class SageMakerEndpoints:
    """Endpoints, by name."""

    def serving(self, endpoint: str) -> str:
        """Give the configuration that *endpoint* serves, or "" if there is none in service."""
        found = _describe(endpoint)
        return found["EndpointConfigName"] if found and found["EndpointStatus"] != "Failed" else ""

    def deploy(self, endpoint: str, config: str, tags: list[Tag]) -> bool:
        """Create or update; False if it serves *config*. NotReadyError while it changes.

        A `Failed` endpoint can only be deleted: it is, and the next attempt creates it anew.
        """
        client, found = sagemaker(), _describe(endpoint)
        if found is None:
            with our_errors():
                client.create_endpoint(EndpointName=endpoint, EndpointConfigName=config, Tags=tags)
            return True
        if found["EndpointStatus"] == "Failed":
            self.delete(endpoint)
            raise NotReadyError(f"endpoint '{endpoint}' had failed and is being deleted")
        if found["EndpointConfigName"] == config:
            return False
        _refuse_change(found)
        with our_errors():
            client.update_endpoint(EndpointName=endpoint, EndpointConfigName=config)
        return True

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


class SageMakerInvocations:
    """Requests to an endpoint."""

    def invoke(self, endpoint: str, body: bytes, content_type: str, accept: str) -> Answer:
        """Send one request; the status is the model's own."""
        client = sagemaker_runtime()
        begun = perf_counter()
        try:
            with our_errors():
                found = client.invoke_endpoint(
                    EndpointName=endpoint, Body=body, ContentType=content_type, Accept=accept
                )
        except client.exceptions.ModelError as error:
            told = {"OriginalStatusCode": 500, "OriginalMessage": "", **error.response}
            body = str(told["OriginalMessage"]).encode()
            return Answer(int(str(told["OriginalStatusCode"])), body, perf_counter() - begun)
        return Answer(200, found["Body"].read(), perf_counter() - begun)
