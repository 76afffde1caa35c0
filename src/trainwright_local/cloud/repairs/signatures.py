"""Who a request is from.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
"""

from contextvars import ContextVar
from typing import Any

from ministack import app
from ministack.core import iam_evaluator

_pinning: ContextVar[bool] = ContextVar("pinning", default=False)


def verify_the_roots_signature() -> None:
    """Check the root's signature like any other; MiniStack takes its key's name for proof.

    Without this, whoever reaches the port is root, and a request meant for another cloud is obeyed.
    """
    pin = iam_evaluator.pin_signed_request
    is_root = iam_evaluator._is_root_key

    def pin_root_too(*args: Any, **kwargs: Any) -> None:
        token = _pinning.set(True)
        try:
            pin(*args, **kwargs)
        finally:
            _pinning.reset(token)

    def is_root_unless_pinning(access_key_id: str) -> bool:
        return not _pinning.get() and bool(is_root(access_key_id))

    app.pin_signed_request = pin_root_too
    iam_evaluator._is_root_key = is_root_unless_pinning
