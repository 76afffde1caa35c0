"""What SNS tells of an asynchronous inference, in AWS's form."""

import base64
import json
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.store import Record

SUCCESS, ERROR = "SUCCESS_NOTIFICATION_TOPIC", "ERROR_NOTIFICATION_TOPIC"
LARGEST_CONTENT = 128 * 1024
"""An answer that is larger is not told: a message of SNS holds 256 KiB."""
PARAMETERS = {
    "Accept": "accept",
    "ContentType": "contentType",
    "CustomAttributes": "customAttributes",
    "EndpointName": "endpointName",
    "InputLocation": "inputLocation",
}
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Notice:
    """Writes the messages about one inference, of a NotificationConfig."""

    inference: Record
    config: Record

    def success(self, answered: Record) -> tuple[str | None, Record]:
        """Return the topic, if any, and the message of an answer."""
        content_type = answered["ContentType"]
        message = self._message("Completed") | {
            "responseParameters": {
                "contentType": content_type,
                "outputLocation": self.inference["Output"],
            }
        }
        told = SUCCESS in self.config.get("IncludeInferenceResponseIn", [])
        return self.config.get("SuccessTopic"), message | (_body(answered["Body"]) if told else {})

    def failure(self, reason: str, answer: bytes) -> tuple[str | None, Record]:
        """Return the topic, if any, and the message of a failure."""
        message = self._message("Failed") | {"failureReason": reason}
        if "Failure" in self.inference:
            message["responseParameters"] = {"outputLocation": self.inference["Failure"]}
        told = ERROR in self.config.get("IncludeInferenceResponseIn", [])
        return self.config.get("ErrorTopic"), message | (_body(answer) if told else {})

    def _message(self, status: str) -> Record:
        request = self.inference["Request"]
        return {
            "eventTime": _moment(time.time()),
            "receivedTime": _moment(self.inference["Received"]),
            "invocationStatus": status,
            "requestParameters": {PARAMETERS[k]: request[k] for k in PARAMETERS if k in request},
            "inferenceId": self.inference["InferenceId"],
            "eventVersion": "1.0",
            "eventSource": "aws:sagemaker",
            "eventName": "InferenceResult",
        }


def notify(notice: tuple[str | None, Record], role: Role, context: Context) -> None:
    """Send a message, if there is a topic for it; one that is not taken costs only the message."""
    topic, message = notice
    if topic is None:
        return
    text = json.dumps({"awsRegion": context.region} | message)
    try:
        role.sns.publish(TopicArn=topic, Message=text)
    except (ClientError, BotoCoreError) as error:
        logger.warning("No notification to %s: %s", topic, error)


def _body(content: bytes) -> Record:
    """Return an answer as a message holds it: as text, or else in base 64."""
    if len(content) > LARGEST_CONTENT:
        return {"responseBody": {"message": "The inference response is too large.", "content": ""}}
    encoded = base64.b64encode(content).decode()
    return {"responseBody": {"content": encoded, "encoding": "BASE64"}}


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
