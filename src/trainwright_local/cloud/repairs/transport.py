"""How a request has come.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from ministack import app
from ministack.core import iam_evaluator


def count_loopback_as_secure_transport() -> None:
    """Let `aws:SecureTransport` be true for every request.

    MiniStack speaks plain HTTP, and so every bucket that insists on TLS, as all should, would deny
    everything. Nobody listens between a machine and itself: what the condition is for holds.
    """

    def pin_request_origin(source_ip: str, secure_transport: bool) -> None:
        del secure_transport
        iam_evaluator.pin_request_origin(source_ip, secure_transport=True)

    app.pin_request_origin = pin_request_origin
