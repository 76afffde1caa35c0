"""Why a job fails, in the words Describe has for it.

JobError             any reason: becomes the FailureReason
* AlgorithmError     the user's code, or what it needs to be run
* ClientError        the user's data, places or permissions
* InternalServerError  the cloud itself
"""

import signal

from botocore.exceptions import ClientError as AwsError

LONGEST_REASON = 1024
SIGNALLED = 128
"""An exit code is this and the signal's number, as in a shell."""


class JobError(Exception):
    """Ends a job as Failed."""

    @property
    def reason(self) -> str:
        """The FailureReason; of a long text the end is kept, where a traceback says why."""
        kind, text = type(self).__name__, str(self)
        whole = f"{kind}: {text}"
        if len(whole) <= LONGEST_REASON:
            return whole
        head = f"{kind}: ..."
        return head + text[len(head) - LONGEST_REASON :]


class AlgorithmError(JobError):
    """The user's code failed, or could not be run."""


class ClientError(JobError):
    """The user's data cannot be had or put where it should."""


class InternalServerError(JobError):
    """The cloud itself failed."""


def worded(error: AwsError) -> str:
    """Return an error of S3 as SageMaker shows it: code, HTTP status, message."""
    code = error.response.get("Error", {}).get("Code", "Unknown")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    message = error.response.get("Error", {}).get("Message", "")
    return f"{code} ({status}): {message}"


def signal_of(code: int) -> str:
    """Name the signal that an exit code stands for, since it leaves no words of its own."""
    number = code - SIGNALLED
    return f"killed by {signal.Signals(number).name}" if number in set(signal.Signals) else ""
