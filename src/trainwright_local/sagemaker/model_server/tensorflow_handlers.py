"""AWS's container for TensorFlow Serving: the handlers of `inference.py`, or none at all.

It calls no `model_fn`: TensorFlow Serving has the model, and `inference.py` may have a `handler`,
or an `input_handler` and an `output_handler`, around a request to it. An error in them is a status
500; without them TensorFlow Serving's own status is the answer's.
https://github.com/aws/sagemaker-tensorflow-serving-container
"""

from __future__ import annotations

import importlib
import io
import json
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from .content import ANY, CSV, JSON, RefusedRequestError, text_of
from .context import Context
from .tensorflow_models import Models
from .tensorflow_rest import Rest

_ATTRIBUTES = "X-Amzn-Sagemaker-Custom-Attributes"
_LINES = ("application/jsonlines", "application/jsons")
_OWN_KEYS = re.compile(r'"(instances|inputs|examples)"\s*:')
_OBJECTS = re.compile(r"[}\]]\s*[\[{]")
_LISTS = re.compile(r"\s*\[\s*\[")
_NUMBERS = re.compile(r'\s*("|[\d.Ee+-]+)')


class ServingContext(NamedTuple):
    """What a handler is told of a request."""

    model_name: str
    model_version: str | None
    method: str | None
    rest_uri: str
    grpc_port: str | None
    channel: None
    custom_attributes: str | None
    request_content_type: str
    accept_header: str
    content_length: int


class TensorFlowHandlers:
    """The models of *model_dir*, and what the algorithm does with requests to them."""

    def __init__(self, model_dir: str) -> None:
        self._model_dir = model_dir
        self._models = Models(Path(model_dir))
        self._default = os.environ.get("SAGEMAKER_TFS_DEFAULT_MODEL_NAME", self._models.default)
        self._handler = _handler(model_dir)
        self._address = Rest(self._models).address if self._handler else ""

    def respond(self, body: bytes, headers: dict[str, str]) -> tuple[Any, Context]:
        """Return what is answered to *body*, and the context it was answered in."""
        context = Context(self._model_dir, headers)
        attributes = dict(re.findall(r"(tfs-[a-z-]+)=([^,]+)", headers.get(_ATTRIBUTES, "")))
        if self._handler is None:
            return self._pass_on(body, headers, self._path(attributes), context), context
        told = self._context(attributes, headers, len(body))
        try:
            result, content_type = self._handler(io.BytesIO(body), told)
        except Exception as error:  # the boundary to the algorithm's code: any error is an answer
            traceback.print_exc()
            context.set_response_status(500)
            result, content_type = json.dumps({"error": str(error)}), JSON
        context.set_response_content_type(0, content_type)
        return result, context

    def _pass_on(self, body: bytes, headers: dict[str, str], path: str, context: Context) -> bytes:
        """Ask TensorFlow Serving as the container's proxy does, and give its status too."""
        context.set_response_content_type(0, JSON)
        kind = headers.get("Content-Type")
        if kind not in (JSON, CSV, *_LINES):
            context.set_response_status(415)
            return json.dumps({"error": f"Unsupported Media Type: {kind or 'Unknown'}"}).encode()
        try:
            text = text_of(body, kind)
        except RefusedRequestError as error:
            context.set_response_status(error.status_code)
            return json.dumps({"error": str(error)}).encode()
        request = _rows(text) if kind == CSV else _json(text)
        status, answer = self._models.answer("POST", path, request.encode())
        context.set_response_status(status)
        return json.dumps(answer).encode()

    def _path(self, attributes: dict[str, str]) -> str:
        version = attributes.get("tfs-model-version")
        named = attributes.get("tfs-model-name", self._default)
        below = f"/versions/{version}" if version else ""
        return f"/v1/models/{named}{below}:{attributes.get('tfs-method', 'predict')}"

    def _context(
        self, attributes: dict[str, str], headers: dict[str, str], length: int
    ) -> ServingContext:
        accept = headers.get("Accept")
        return ServingContext(
            model_name=attributes.get("tfs-model-name", self._default),
            model_version=attributes.get("tfs-model-version"),
            method=attributes.get("tfs-method"),
            rest_uri=self._address + self._path(attributes),
            grpc_port=None,
            channel=None,
            custom_attributes=headers.get(_ATTRIBUTES),
            request_content_type=headers.get("Content-Type") or JSON,
            accept_header=JSON if not accept or accept == ANY else accept,
            content_length=length,
        )


def _handler(model_dir: str) -> Callable[[Any, ServingContext], Any] | None:
    """Find the algorithm's own; where it wrote two, ask TensorFlow Serving between them."""
    sys.path.insert(0, str(Path(model_dir, "code")))
    importlib.invalidate_caches()
    if find_spec("inference") is None:
        return None
    module = importlib.import_module("inference")
    if hasattr(module, "handler"):
        return module.handler  # type: ignore[no-any-return]
    if not (hasattr(module, "input_handler") and hasattr(module, "output_handler")):
        raise NotImplementedError(
            f"{module.__file__} has neither 'handler' nor 'input_handler' and 'output_handler', "
            "which this image calls; model_fn and its like are for other frameworks' images"
        )
    post = importlib.import_module("requests").post

    def between(data: Any, context: ServingContext) -> Any:  # noqa: ANN401 - the algorithm's
        request = module.input_handler(data, context)
        return module.output_handler(post(context.rest_uri, data=request, timeout=60), context)

    return between


def _json(text: str) -> str:
    """Make a request of JSON that is none yet: one instance, several, or a line for each."""
    if _OWN_KEYS.search(text):
        return text
    if _OBJECTS.search(text):
        return _instances(filter(None, map(str.strip, text.splitlines())))
    return '{"instances": ' + text + "}" if _LISTS.match(text) else _instances([text])


def _rows(text: str) -> str:
    """Make a request of CSV: a row of numbers each, or of texts where the first is none."""
    quote = _NUMBERS.match(text) is None
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    rows = []
    for line in lines:
        row = ",".join(json.dumps(cell) for cell in line.split(",")) if quote else line
        rows.append(f"[{row}]" if "," in line else row)
    return _instances(rows)


def _instances(texts: Iterable[str]) -> str:
    return '{"instances": [' + ",".join(texts) + "]}"
