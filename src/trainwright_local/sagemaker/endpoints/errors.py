"""Why an endpoint could not be brought up, or does not answer."""


class DeploymentError(Exception):
    """A variant could not be brought up; the message is the endpoint's FailureReason."""


class UnhealthyError(DeploymentError):
    """A container did not become healthy; the message is its name."""


class ImageMissingError(DeploymentError):
    """The image of a container cannot be had; the message is what the engine said."""


class ServerGoneError(Exception):
    """The model server does not answer: it is dead, or not up again yet."""


class NotServedError(Exception):
    """The request asks for something that this endpoint does not have."""


class ThrottledError(Exception):
    """As much is inside as a serverless variant takes at once."""


class ModelLoadError(Exception):
    """A model of a multi-model endpoint cannot be loaded; *status* is the container's."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status
