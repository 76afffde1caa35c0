"""Requests to SageMaker's endpoints: answered at once, or in S3."""

from __future__ import annotations

from http import HTTPStatus
from time import perf_counter, sleep
from uuid import uuid4

from trainwright.aws.clients import our_errors, s3, sagemaker_runtime
from trainwright.aws.files import S3Files
from trainwright.models.smoke import Answer
from trainwright.models.storage import S3Place

_LOOK_SECONDS = 0.2


class SageMakerInvocations:
    """Requests to an endpoint."""

    def __init__(self, files: S3Files | None = None) -> None:
        self._files = files or S3Files()

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

    def invoke_async(
        self,
        endpoint: str,
        body: bytes,
        content_type: str,
        accept: str,
        queue: S3Place,
        patience_seconds: float,
    ) -> Answer:
        """Put one request below *queue*, and look for its answer until patience is at its end.

        It is looked for as long as a real-time endpoint would be waited for, no longer.
        """
        request = S3Place(bucket=queue.bucket, key=f"{queue.key}{uuid4()}")
        begun = perf_counter()
        self._files.write(request, body, content_type)
        with our_errors():
            told = sagemaker_runtime().invoke_endpoint_async(
                EndpointName=endpoint,
                InputLocation=request.uri,
                ContentType=content_type,
                Accept=accept,
            )
        places = {HTTPStatus.OK: told["OutputLocation"]}
        if failure := told.get("FailureLocation"):
            places[HTTPStatus.INTERNAL_SERVER_ERROR] = failure
        while (seconds := perf_counter() - begun) < patience_seconds:
            for status, uri in places.items():
                if (found := _content(S3Place.from_uri(uri))) is not None:
                    return Answer(status, found, perf_counter() - begun)
            sleep(_LOOK_SECONDS)
        missing = f"there is no answer at {told['OutputLocation']}".encode()
        return Answer(HTTPStatus.GATEWAY_TIMEOUT, missing, seconds)


def _content(place: S3Place) -> bytes | None:
    client = s3()
    try:
        with our_errors():
            return client.get_object(Bucket=place.bucket, Key=place.key)["Body"].read()
    except client.exceptions.NoSuchKey:
        return None
