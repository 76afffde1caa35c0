"""Invoking an endpoint, and why there is no answer."""

from typing import Any

from trainwright_cli.asynchronous import queue_of, send_to_queue
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import CliError


def send(
    cloud: Cloud, endpoint: str, content: bytes, content_type: str, accept: str
) -> tuple[dict[str, Any], bytes]:
    """Invoke *endpoint*; a CliError says why there is no answer."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - loaded with the client

    try:
        answer = cloud.runtime.invoke_endpoint(
            EndpointName=endpoint, Body=content, ContentType=content_type, Accept=accept
        )
    except cloud.runtime.exceptions.ModelError as error:
        status = error.response.get("OriginalStatusCode", "an error")
        # Some model servers put their whole traceback here; the log has it too.
        said = str(error.response.get("OriginalMessage", "")).strip().partition("\n")[0]
        raise CliError(f"the model answered {status}: {said}") from error
    except ClientError as error:
        # The runtime has no error of its own for an endpoint that is not there, or asynchronous.
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        if queue := queue_of(cloud, endpoint):
            return send_to_queue(cloud, endpoint, queue, content, content_type, accept)
        message = error.response["Error"]["Message"].rstrip(".")
        raise CliError(f"{message}: see `trainwright endpoints{cloud.options}`") from error
    return dict(answer), answer["Body"].read()
