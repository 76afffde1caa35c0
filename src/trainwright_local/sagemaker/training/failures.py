"""Why a training job fails, in the words DescribeTrainingJob has for it.

JobError             any reason: becomes the FailureReason
* AlgorithmError     the user's code, or what it needs to be run
* ClientError        the user's data, places or permissions
* InternalServerError  the cloud itself
"""

from botocore.exceptions import ClientError as AwsError

LONGEST_REASON = 1024


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


def script_failure(error: str, command: str, code: int) -> AlgorithmError:
    """Return the failure of a script, as AWS's training toolkit words it."""
    limit = LONGEST_REASON - 150 - min(len(command), 200)
    shown = error if len(error) <= limit else "..." + error[3 - limit :]
    return AlgorithmError(
        f'ExecuteUserScriptError:\nExitCode {code}\nErrorMessage "{shown}"\n'
        f'Command "{command[:200]}", exit code: {code}'
    )
