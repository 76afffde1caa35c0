"""The error that says a request is at fault: whoever serves the model answers it with 400."""

from __future__ import annotations

from importlib import import_module

STATUS = 400


class BaseInferenceToolkitError(ValueError):
    """Stands in for the toolkit's class where it is not installed; servers go by this name."""


def _known_to_servers() -> list[type[Exception]]:
    """Find what each server takes for a client's fault: Flask's error, and the toolkit's.

    AWS's scikit-learn image serves under Flask; other images, and multi-model endpoints, under
    https://github.com/aws/sagemaker-inference-toolkit.
    """
    known = (
        ("werkzeug.exceptions", "BadRequest"),
        ("sagemaker_inference.errors", "BaseInferenceToolkitError"),
    )
    found: list[type[Exception]] = []
    for module, name in known:
        try:
            found.append(getattr(import_module(module), name))
        except (ImportError, AttributeError):
            continue
    return found


_BASES = (*_known_to_servers(), BaseInferenceToolkitError)


class RequestError(*_BASES):  # type: ignore[misc] # which ones depends on the image
    """The request cannot be answered; the message is one sentence that says where and why."""

    def __init__(self, message: str) -> None:
        Exception.__init__(self, message)
        self.status_code = STATUS
        self.phrase = "Bad Request"
        self.message = self.description = message
        self.response = None

    def __str__(self) -> str:
        """Show the sentence alone."""
        return str(self.message)
