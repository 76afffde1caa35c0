"""The algorithm's own functions, found in its code, with the toolkit's defaults for the rest."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import Any

from .content import ANY, JSON, TEXT, decode, encode, text_of
from .context import Context

Handler = Callable[..., Any]


class Handlers:
    """A loaded model and the functions that turn a request into a response with it."""

    def __init__(self, module: ModuleType | None, model_dir: str) -> None:
        self._model_dir = model_dir
        self._functions = _functions(module)
        self._default_accept = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", JSON)
        context = Context(model_dir, {})
        self._optional("pre_model_fn", context, model_dir)
        self._model = _call(self._functions["model_fn"], context, model_dir)
        self._optional("model_warmup_fn", context, model_dir, self._model)

    def respond(self, body: bytes, headers: dict[str, str]) -> tuple[Any, Context]:
        """Return what the algorithm answers to *body*, and the context it answered in."""
        context = Context(self._model_dir, headers)
        content_type = headers.get("Content-Type")
        accept = headers.get("Accept")
        if not accept or accept == ANY:
            accept = self._default_accept
        data = text_of(body, content_type) if content_type in TEXT else body
        result = self._transform(context, data, content_type, accept)
        if isinstance(result, tuple):
            result, accept = result[0], result[1]
        context.set_response_content_type(0, accept)
        return result, context

    def _transform(
        self, context: Context, data: str | bytes, content_type: str | None, accept: str
    ) -> Any:  # noqa: ANN401 -- what the algorithm returns
        functions = self._functions
        if "transform_fn" in functions:
            function = functions["transform_fn"]
            return _call(function, context, self._model, data, content_type, accept)
        data = _call(functions["input_fn"], context, data, content_type)
        prediction = _call(functions["predict_fn"], context, data, self._model)
        return _call(functions["output_fn"], context, prediction, accept)

    def _optional(self, name: str, context: Context, *arguments: object) -> None:
        if name in self._functions:
            _call(self._functions[name], context, *arguments)


def imported(model_dir: str) -> ModuleType | None:
    """Import the algorithm's module, if there is one."""
    folder = os.environ.get("SAGEMAKER_SUBMIT_DIRECTORY", "")
    if not Path(folder).is_dir() or not folder:
        folder = str(Path(model_dir, "code"))
    sys.path.insert(0, folder)
    importlib.invalidate_caches()
    name = os.environ.get("SAGEMAKER_PROGRAM", "inference.py").removesuffix(".py")
    return importlib.import_module(name) if find_spec(name) else None


def _functions(module: ModuleType | None) -> dict[str, Handler]:
    names = ("pre_model_fn", "model_fn", "model_warmup_fn", "transform_fn")
    parts = ("input_fn", "predict_fn", "output_fn")
    own = {name: getattr(module, name) for name in (*names, *parts) if hasattr(module, name)}
    if "transform_fn" in own and own.keys() & set(parts):
        raise ValueError(
            "Cannot use transform_fn implementation in conjunction with "
            "input_fn, predict_fn, and/or output_fn implementation"
        )
    if "model_fn" not in own:
        where = module.__file__ if module else f"there is no module in {sys.path[0]}"
        raise NotImplementedError(f"Please provide a model_fn implementation ({where}).")
    return {"input_fn": decode, "predict_fn": _predict, "output_fn": encode} | own


def _predict(data: Any, model: Any) -> Any:  # noqa: ANN401 -- the algorithm's
    """Predict as the framework images do when the algorithm leaves it to them."""
    if hasattr(model, "predict"):
        return model.predict(data)
    raise NotImplementedError("Please provide a predict_fn implementation.")


def _call(function: Handler, context: Context, *arguments: object) -> Any:  # noqa: ANN401
    """Call *function*, with the context when it takes one argument more."""
    parameters = signature(function).parameters.values()
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return function(*arguments)
    if len(parameters) == len(arguments):
        return function(*arguments)
    if len(parameters) == len(arguments) + 1:
        return function(*arguments, context)
    raise TypeError(
        f"{function.__name__} takes {len(parameters)} arguments but {len(arguments)} were given."
    )
