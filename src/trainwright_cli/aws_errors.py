"""Errors of AWS that are the user's to solve, as one line; any other stays what it is."""

from typing import Any

_NOT_KNOWN = "AWS does not know your access key: check --profile"
_EXPIRED = "your AWS credentials have expired: sign in again"
_SIGN_IN = "your AWS sign-in has expired: run `aws sso login`"
_CHECK_CLOUD = "{error}: is the cloud up? See `trainwright status`"
_NO_CREDENTIALS = (
    "no AWS credentials: start the local cloud with `trainwright up`, "
    "or sign in to AWS and name a --profile"
)

_BY_CODE = {
    "AccessDenied": "AWS denied {operation}: {message}",
    "AccessDeniedException": "AWS denied {operation}: {message}",
    "UnauthorizedOperation": "AWS denied {operation}: {message}",
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "RequestExpired": "your AWS credentials have expired, or this machine's clock is wrong",
    "InvalidClientTokenId": _NOT_KNOWN,
    "UnrecognizedClientException": _NOT_KNOWN,
    "InvalidAccessKeyId": _NOT_KNOWN,
    "SignatureDoesNotMatch": "AWS does not accept your secret access key: check --profile",
}
_BY_CLASS = {
    "NoCredentialsError": _NO_CREDENTIALS,
    "PartialCredentialsError": _NO_CREDENTIALS,
    "ProfileNotFound": "{error}: see `aws configure list-profiles`",
    "TokenRetrievalError": _SIGN_IN,
    "SSOError": _SIGN_IN,
    "NoRegionError": "no region: start the local cloud with `trainwright up`, or name a --region",
    "InvalidRegionError": "{error}",
    "ConnectionError": _CHECK_CLOUD,
    "HTTPClientError": _CHECK_CLOUD,
}


def explain(error: Exception) -> str | None:
    """Say on one line what the user can do about *error*, or None if it is a bug.

    Classes are told apart by name, so that a command that needed no boto3 does not load it here.
    """
    response: dict[str, Any] = getattr(error, "response", {})
    answer = response.get("Error", {}) if isinstance(response, dict) else {}
    names = [c.__name__ for c in type(error).__mro__ if c.__module__ == "botocore.exceptions"]
    lines = [_BY_CODE.get(answer.get("Code", "")), *map(_BY_CLASS.get, names)]
    line = next(filter(None, lines), None)
    return line and line.format(
        error=str(error).rstrip("."),
        operation=getattr(error, "operation_name", ""),
        message=answer.get("Message", ""),
    )
