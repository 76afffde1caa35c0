"""The errors of the SageMaker API, as callers see them.

ApiError                        any of them: code, message, HTTP status
* ValidationException           the request breaks a rule, or names something that does not exist
* SerializationException        a member has the wrong JSON type
* ResourceNotFound              what the request names does not exist (operations that declare it)
* ResourceInUse                 the name is taken
* ResourceLimitExceeded         a quota is used up
* ConflictException             the resource is not in a state for this
* AccessDeniedException         IAM says no
* UnknownOperationException     an operation that this service does not emulate
* ModelError                    InvokeEndpoint: the model answered with an error
* ValidationError               InvokeEndpoint: the request breaks a rule
* ServiceUnavailable            InvokeEndpoint: nobody is there to answer
* ModelNotReadyException        InvokeEndpoint: the model is still being loaded
* ThrottlingException           InvokeEndpoint: more at once than a serverless endpoint takes
* InternalFailure               a fault of the service itself
"""

from trainwright_local.sagemaker.store import Json


class ApiError(Exception):
    """An answer that says no: *extra* are further members of the error's shape."""

    status = 400

    def __init__(self, message: str, **extra: Json) -> None:
        super().__init__(message)
        self.message = message
        self.extra = extra

    @property
    def code(self) -> str:
        """The name AWS gives the error."""
        return type(self).__name__


class ValidationException(ApiError):  # noqa: N818 - AWS's name is what callers match
    """The request breaks a rule, or names something that does not exist."""


class SerializationException(ApiError):  # noqa: N818 - AWS's name is what callers match
    """A member has the wrong JSON type."""


class ResourceNotFound(ApiError):  # noqa: N818 - AWS's name is what callers match
    """What the request names does not exist."""


class ResourceInUse(ApiError):  # noqa: N818 - AWS's name is what callers match
    """The name is taken."""


class ResourceLimitExceeded(ApiError):  # noqa: N818 - AWS's name is what callers match
    """A quota is used up."""


class ConflictException(ApiError):  # noqa: N818 - AWS's name is what callers match
    """The resource is not in a state for this."""


class AccessDeniedException(ApiError):  # noqa: N818 - AWS's name is what callers match
    """IAM says no."""


class UnknownOperationException(ApiError):  # noqa: N818 - AWS's name is what callers match
    """An operation that this service does not emulate."""


class ModelError(ApiError):
    """The model behind an endpoint answered with an error."""

    status = 424


class ValidationError(ApiError):
    """A request to an endpoint breaks a rule."""


class ServiceUnavailable(ApiError):  # noqa: N818 - AWS's name is what callers match
    """No container of the endpoint answers."""

    status = 503


class ModelNotReadyException(ApiError):  # noqa: N818 - AWS's name is what callers match
    """The model is still being loaded."""

    status = 429


class ThrottlingException(ApiError):  # noqa: N818 - AWS's name is what callers match
    """More requests at once than a serverless endpoint takes."""

    status = 429


class InternalFailure(ApiError):  # noqa: N818 - AWS's name is what callers match
    """A fault of the service itself."""

    status = 500
