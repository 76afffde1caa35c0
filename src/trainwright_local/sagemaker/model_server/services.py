"""A custom service of multi-model-server: a function `handle(data, context)` that does it all.

Images of one's own are often made with that server. It calls the function once without data, so
that the model is loaded, and then with a request in a list, whose answer is a list as well.
https://github.com/awslabs/multi-model-server/blob/master/docs/custom_service.md
"""

from __future__ import annotations

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

from .content import JSON
from .context import Context


def is_service(module: ModuleType | None) -> bool:
    """Whether *module* is such a service, and has none of the functions of frameworks' images."""
    return hasattr(module, "handle") and not hasattr(module, "model_fn")


class CustomService:
    """The service in *module*, with the model in *model_dir*."""

    def __init__(self, module: ModuleType, model_dir: str) -> None:
        self._model_dir = model_dir
        self._handle: Callable[[Any, Context], Any] = module.handle
        self._handle(None, Context(model_dir, {}))

    def respond(self, body: bytes, headers: dict[str, str]) -> tuple[Any, Context]:
        """Return what the service answers to *body*, and the context it answered in."""
        context = Context(self._model_dir, headers)
        answers = self._handle([{"body": _value(body, headers.get("Content-Type", ""))}], context)
        if not isinstance(answers, list) or len(answers) != 1:
            raise TypeError("handle has to return a list with an answer for each request")
        return answers[0], context


def _value(body: bytes, content_type: str) -> Any:  # noqa: ANN401 - JSON, text, or what came
    if content_type == JSON:
        return json.loads(body)
    return body.decode() if content_type.startswith("text") else bytearray(body)
