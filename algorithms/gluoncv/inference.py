"""Serve a classifier trained here: the vector of a picture to search with, or its classes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import mxnet as mx
from image_folders import as_array
from networks import PARAMETERS, context, load
from pictures import as_json, picture_of

_TASKS = ("search", "classification")
_TOP = 5


def model_fn(model_dir: str) -> Any:  # noqa: ANN401 - the packages have no types
    """Load the network, which is all that the image takes; what else is known goes with it."""
    folder = Path(model_dir)
    told = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
    for variable, right in (
        ("classes", str(len(told["names"]))),
        ("model_name", told["model_name"]),
    ):
        if os.environ.get(variable, right).lower() != right.lower():
            raise ValueError(
                f"The variable {variable} must be {right}, as in training, or not set."
            )
    if _task() not in _TASKS:
        raise ValueError(f"The variable task must be one of {', '.join(_TASKS)}: '{_task()}'.")
    net = load(told["model_name"], len(told["names"]), folder / PARAMETERS)
    net.told = told
    return net


def _task() -> str:
    return os.environ.get("task", "search")  # noqa: SIM112 - the original's name


def transform_fn(
    net: Any,  # noqa: ANN401 - the packages have no types
    body: str | bytes,
    content_type: str | None,
    accept: str | None,
) -> tuple[str, str]:
    """Answer one request."""
    picture = picture_of(body, content_type)
    data = mx.nd.array(as_array(picture, net.told["size"])[None], context())
    answer = _vector(net, data) if _task() == "search" else _classes(net, data)
    return as_json(answer, accept)


def _vector(net: Any, data: mx.nd.NDArray) -> dict[str, Any]:  # noqa: ANN401
    return {"result": net.features(data).reshape(-1).asnumpy().astype("float64").round(6).tolist()}


def _classes(net: Any, data: mx.nd.NDArray) -> dict[str, Any]:  # noqa: ANN401
    """Give the numbers of the likeliest classes, their names, and how likely they are."""
    likely = net(data).softmax()[0].asnumpy()
    top = int(os.environ.get("top_k") or _TOP)  # noqa: SIM112 - as the others
    best = likely.argsort()[::-1][:top].tolist()
    return {
        "result": best,
        "names": [net.told["names"][place] for place in best],
        "probabilities": [round(float(likely[place]), 6) for place in best],
    }
