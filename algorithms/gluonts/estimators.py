"""GluonTS's estimators by the name of their paper's model, each given what it can take."""

from __future__ import annotations

import math
from inspect import signature
from typing import Any

from gluonts.torch import (
    DeepAREstimator,
    DLinearEstimator,
    LagTSTEstimator,
    PatchTSTEstimator,
    SimpleFeedForwardEstimator,
    TemporalFusionTransformerEstimator,
    TiDEEstimator,
    WaveNetEstimator,
)
from series import DataError

ESTIMATORS: dict[str, Any] = {
    "DeepAR": DeepAREstimator,
    "DLinear": DLinearEstimator,
    "LagTST": LagTSTEstimator,
    "PatchTST": PatchTSTEstimator,
    "SimpleFeedForward": SimpleFeedForwardEstimator,
    "TemporalFusionTransformer": TemporalFusionTransformerEstimator,
    "TiDE": TiDEEstimator,
    "WaveNet": WaveNetEstimator,
}


def estimator(name: str, features: dict[str, Any], **settings: Any) -> Any:  # noqa: ANN401 - GluonTS's
    """Make the estimator *name* with the *settings* it knows and *features* of the data."""
    known = signature(ESTIMATORS[name].__init__).parameters
    if name == "TemporalFusionTransformer":  # which has names of its own for the same things
        features = {
            "static_cardinalities": features.get("cardinality"),
            "dynamic_dims": [features["num_feat_dynamic_real"]]
            if features.get("num_feat_dynamic_real")
            else None,
        }
    if name == "PatchTST":
        settings["patch_len"] = math.gcd(settings["context_length"], 16)
    features = {key: value for key, value in features.items() if value}
    if unusable := sorted(set(features) - set(known)):
        given = "cat" if "cat" in unusable[0] or "card" in unusable[0] else "dynamic_feat"
        raise DataError(f"{name} cannot use '{given}' of the data; DeepAR and TiDE can.")
    usable = {key: value for key, value in settings.items() if key in known}
    return ESTIMATORS[name](**usable, **features)
