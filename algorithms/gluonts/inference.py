"""Serve a forecaster trained here: the past of series in, quantiles of their future out."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from gluonts.torch.model.predictor import PyTorchPredictor
from refusals import RequestError
from series import DataError, Series, series_of

JSON = "application/json"
LINES = "application/jsonlines"


class Model(NamedTuple):
    """The predictor, and what it was trained on."""

    predictor: PyTorchPredictor
    facts: dict[str, Any]


def model_fn(model_dir: str) -> Model:
    """Load what train.py saved."""
    folder = Path(model_dir)
    facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    device = "cuda" if torch.cuda.is_available() else "cpu"
    predictor = PyTorchPredictor.deserialize(folder / "predictor", device=torch.device(device))
    return Model(predictor, facts)


def input_fn(body: str | bytes, content_type: str | None) -> dict[str, Any]:
    """Read a request; what its series must be like is known only together with the model."""
    kind = (content_type or JSON).partition(";")[0].strip().lower()
    if kind not in (JSON, LINES):
        raise RequestError(f"The content type '{content_type}' is neither {JSON} nor {LINES}.")
    try:
        text = body.decode("utf-8-sig") if isinstance(body, bytes) else body
        if kind == LINES:
            return {"inputs": [json.loads(line) for line in text.splitlines() if line.strip()]}
        request = json.loads(text)
    except ValueError as error:
        raise RequestError(f"The request is no JSON: {error}.") from error
    if not isinstance(request, dict) or "inputs" not in request:
        raise RequestError('The request must be {"inputs": SERIES} or {"inputs": [SERIES, ...]}.')
    return request


def predict_fn(request: dict[str, Any], model: Model) -> dict[str, Any]:
    """Forecast every series: one quantile as `result`, and others if they are asked for."""
    inputs = request["inputs"]
    entries = inputs if isinstance(inputs, list) else [inputs]
    if not entries:
        raise RequestError("'inputs' has no series.")
    try:
        series = [_series(entry, f"Series {n}", model) for n, entry in enumerate(entries, 1)]
    except DataError as error:
        raise RequestError(str(error)) from error
    lengths = [_length(entry, f"Series {n}", model) for n, entry in enumerate(entries, 1)]
    torch.manual_seed(0)  # so that the same request has the same answer
    found = list(model.predictor.predict(series, num_samples=100))
    restore = np.expm1 if _uses_log1p(model) else np.asarray

    def values(quantile: float) -> list[list[float]]:
        pairs = zip(found, lengths, strict=True)
        return [restore(each.quantile(quantile))[:length].tolist() for each, length in pairs]

    answer: dict[str, Any] = {"result": values(_target_quantile())}
    if asked := request.get("quantiles"):
        answer["quantiles"] = {str(quantile): values(quantile) for quantile in _checked(asked)}
    return answer


def _series(entry: object, place: str, model: Model) -> Series:
    facts = model.facts
    if isinstance(entry, dict) and (default := os.environ.get("freq")):  # noqa: SIM112 - its name
        entry = {"freq": default, **entry}
    series = series_of(entry, place, facts["freq"], facts["prediction_length"])
    cats, most = series.get("feat_static_cat", ()), facts.get("cardinality", ())
    if len(cats) != len(most) or any(cat >= count for cat, count in zip(cats, most, strict=True)):
        raise DataError(f"{place}: 'cat' must be {len(most)} numbers below {most}.")
    count, needed = len(series.get("feat_dynamic_real", ())), facts.get("num_feat_dynamic_real", 0)
    if count != needed:
        raise DataError(f"{place}: has {count} dynamic_feat; the model takes {needed}.")
    if _uses_log1p(model):
        if (series["target"] <= -1).any():
            raise DataError(f"{place}: has values below 0, whose logarithm the model cannot take.")
        series["target"] = np.log1p(series["target"])
    return series


def _length(entry: dict[str, Any], place: str, model: Model) -> int:
    longest = model.facts["prediction_length"]
    length = entry.get("prediction_length", longest)
    if not isinstance(length, int) or not 1 <= length <= longest:
        raise RequestError(f"{place}: prediction_length must be 1 to {longest}, is {length!r}.")
    return length


def _uses_log1p(model: Model) -> bool:
    """Do as in training, unless the endpoint's environment says otherwise."""
    said = os.environ.get("use_log1p", "")  # noqa: SIM112 - its name
    return said.lower() == "true" if said else bool(model.facts["use_log1p"])


def _target_quantile() -> float:
    return float(os.environ.get("target_quantile", "0.5"))  # noqa: SIM112 - its name


def _checked(quantiles: object) -> list[float]:
    right = isinstance(quantiles, list) and all(
        isinstance(quantile, float) and 0 < quantile < 1 for quantile in quantiles
    )
    if not right:
        raise RequestError(f"'quantiles' must be a list of shares like 0.1, is {quantiles!r:.60}.")
    return list(quantiles)  # type: ignore[call-overload] # it is a list


def output_fn(prediction: dict[str, Any], accept: str | None) -> tuple[str, str]:
    """Write the answer."""
    kinds = [choice.partition(";")[0].strip().lower() for choice in (accept or JSON).split(",")]
    if not {JSON, "*/*", "application/*"} & set(kinds):
        raise RequestError(f"The answer can be {JSON}, not '{accept}'.")
    return json.dumps(prediction, allow_nan=False), JSON
