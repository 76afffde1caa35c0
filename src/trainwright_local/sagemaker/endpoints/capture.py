"""Data capture: a share of an endpoint's requests and answers, written to S3 in lines of JSON.

The form and the keys are those that AWS documents for Model Monitor. Lines are gathered for a
moment and written by a thread of their own: a request does not wait for S3.
"""

import base64
import json
import logging
import queue
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from random import uniform
from typing import TYPE_CHECKING
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.endpoints.errors import DeploymentError
from trainwright_local.sagemaker.parts import Service, part
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.storage import S3Uri
from trainwright_local.sagemaker.store import Record

if TYPE_CHECKING:
    from trainwright_local.sagemaker.endpoints.invoke import Invocation

GATHER_SECONDS = 0.5
MOST_PERCENT = 100
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """The folder in S3 that lines are for, and who writes them."""

    destination: str
    endpoint: str
    variant: str


@part
class Captures:
    """What is to be written, of all endpoints."""

    def __init__(self, service: Service) -> None:
        del service
        self._lines: queue.SimpleQueue[tuple[Place, Role, Record] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="capture", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def close(self) -> None:
        """Write what is left."""
        self._lines.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def take(
        self, invocation: "Invocation", request: Record, answered: Record, context: Context
    ) -> None:
        """Capture an invocation, if its endpoint captures and it is drawn."""
        config = invocation.traffic.target.get("DataCaptureConfig", {})
        percentage = config.get("InitialSamplingPercentage", 0)
        # No secret, but a sample.
        drawn = percentage >= MOST_PERCENT or uniform(0, MOST_PERCENT) < percentage  # noqa: S311
        if not (config.get("EnableCapture") and drawn and invocation.variant):
            return
        del context
        role = invocation.variant.sites[0].role
        place = Place(config["DestinationS3Uri"], request["EndpointName"], invocation.variant.name)
        self._lines.put((place, role, _line(config, request, answered)))

    def _work(self) -> None:
        while (first := self._lines.get()) is not None:
            time.sleep(GATHER_SECONDS)
            files: dict[Place, list[Record]] = defaultdict(list)
            roles: dict[Place, Role] = {}
            entry: tuple[Place, Role, Record] | None = first
            ends = False
            while entry is not None:
                place, role, line = entry
                files[place].append(line)
                roles[place] = role
                try:
                    entry = self._lines.get_nowait()
                    ends = entry is None
                except queue.Empty:
                    break
            for place, lines in files.items():
                _write(place, roles[place], lines)
            if ends:
                return


def _line(config: Record, request: Record, answered: Record) -> Record:
    modes = {option["CaptureMode"] for option in config["CaptureOptions"]}
    headers = config.get("CaptureContentTypeHeader", {})
    data: Record = {}
    if modes & {"Input", "InputAndOutput"}:
        data["endpointInput"] = _captured(
            "INPUT", request.get("ContentType"), request.get("Body", b""), headers
        )
    if modes & {"Output", "InputAndOutput"}:
        data["endpointOutput"] = _captured(
            "OUTPUT", answered["ContentType"], answered["Body"], headers
        )
    now = datetime.now(UTC)
    metadata = {
        "eventId": str(uuid4()),
        "customAttributes": [request["CustomAttributes"]]
        if "CustomAttributes" in request
        else None,
        "inferenceId": request.get("InferenceId"),
        "inferenceTime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return {
        "captureData": data,
        "eventMetadata": {key: value for key, value in metadata.items() if value is not None},
        "eventVersion": "0",
    }


def _captured(mode: str, content_type: str | None, body: bytes, headers: Record) -> Record:
    """Return a body as text where its type is known to be text, in base 64 otherwise."""
    kind = (content_type or "").partition(";")[0].strip()
    if kind in headers.get("CsvContentTypes", ["text/csv"]):
        encoding = "CSV"
    elif kind in headers.get("JsonContentTypes", ["application/json"]):
        encoding = "JSON"
    else:
        encoding = "BASE64"
    text = base64.b64encode(body) if encoding == "BASE64" else body
    return {
        "observedContentType": content_type,
        "mode": mode,
        "data": text.decode(errors="replace"),
        "encoding": encoding,
    }


def _write(place: Place, role: Role, lines: list[Record]) -> None:
    now = datetime.now(UTC)
    name = f"{now:%M-%S}-{now.microsecond // 1000:03d}-{uuid4()}.jsonl"
    try:
        folder = S3Uri.parse(place.destination).below(place.endpoint, place.variant)
        uri = folder.below(f"{now:%Y/%m/%d/%H}", name)
        body = "".join(json.dumps(line) + "\n" for line in lines).encode()
        role.s3.put_object(Bucket=uri.bucket, Key=uri.key, Body=body)
    except (ClientError, BotoCoreError, DeploymentError) as error:
        # As on AWS: who is not allowed to write there loses the capture, not the answers.
        logger.warning("Data capture of endpoint %s was lost: %s", place.endpoint, error)
