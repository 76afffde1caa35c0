"""Why an endpoint could not be brought up."""


class DeploymentError(Exception):
    """A variant could not be brought up; the message is the endpoint's FailureReason."""


class ServerGoneError(Exception):
    """The model server does not answer: it is dead, or not up again yet."""
