"""Serve a network trained here. Python 3.5 runs this: the image has no newer one."""
# ruff: noqa: UP032 - Python 3.5 has no f-strings

import json
import os

import chainer
import numpy as np
from chainer import functions, serializers
from network import Network

try:
    from werkzeug.exceptions import BadRequest  # what the image's server answers with 400
except ImportError:
    BadRequest = ValueError  # type: ignore[assignment,misc] # there is no such server

JSON = "application/json"


class BaseInferenceToolkitError(BadRequest):
    """The request is at fault. Servers without Flask know by this name whose status to answer."""

    status_code = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def model_fn(model_dir: str) -> tuple:  # type: ignore[type-arg] # Python 3.5
    """Load what train.py saved."""
    with open(os.path.join(model_dir, "facts.json")) as stream:  # noqa: PTH118, PTH123
        facts = json.load(stream)
    network = Network(facts["units"], len(facts["classes"]))
    network(
        np.zeros((1, len(facts["columns"])), np.float32)
    )  # so that the layers know their widths
    serializers.load_npz(os.path.join(model_dir, "weights.npz"), network)  # noqa: PTH118
    return network, facts


def input_fn(body: object, content_type: str) -> object:
    """Read the rows: lists in the order of the columns, or "examples" for those kept aside."""
    if content_type.partition(";")[0].strip().lower() != JSON:
        raise BaseInferenceToolkitError(
            "The content type '{}' is not {}.".format(content_type, JSON)
        )
    try:
        text = body.decode("utf-8") if isinstance(body, bytes) else str(body)
        return json.loads(text)["instances"]
    except (ValueError, KeyError, TypeError) as error:
        raise BaseInferenceToolkitError('The request must be {"instances": [[...]]}.') from error


def predict_fn(instances: object, model: tuple) -> dict:  # type: ignore[type-arg] # Python 3.5
    """Predict a class, with the probability of each, for every row."""
    network, facts = model
    asked = [row for row, _ in facts["examples"]] if instances == "examples" else instances
    try:
        rows = np.array(asked, dtype=np.float64)
    except (ValueError, TypeError) as error:
        raise BaseInferenceToolkitError(
            "The rows must be lists of numbers: {}.".format(error)
        ) from error
    width = len(facts["columns"])
    if rows.ndim != 2 or rows.shape[1] != width or not np.isfinite(rows).all():  # noqa: PLR2004
        listed = ", ".join(facts["columns"])
        raise BaseInferenceToolkitError("Each row must be {} numbers: {}.".format(width, listed))
    features = ((rows - facts["mean"]) / facts["spread"]).astype(np.float32)
    with chainer.using_config("train", value=False), chainer.no_backprop_mode():
        shares = functions.softmax(network(features)).array
    chosen = [facts["classes"][place] for place in shares.argmax(axis=1)]
    answer = {"predictions": chosen, "probabilities": shares.tolist(), "classes": facts["classes"]}
    if instances == "examples":
        truth = [text for _, text in facts["examples"]]
        answer["right"] = float(np.mean([a == b for a, b in zip(chosen, truth)]))  # noqa: B905
    return answer


def output_fn(prediction: dict, accept: str) -> tuple:  # type: ignore[type-arg] # Python 3.5
    """Write the answer; it is JSON whatever *accept* says, as the image's default is another."""
    del accept
    return json.dumps(prediction), JSON
