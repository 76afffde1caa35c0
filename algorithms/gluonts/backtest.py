"""How good forecasts are: against what came, and against saying "as in the last season"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from gluonts.time_feature import get_seasonality
from series import Series

_QUANTILES = np.arange(1, 10) / 10

Window = tuple[Series, Any]
"""A series that ends before the forecast, and the values that came then."""


def windows_of(entries: list[Series], length: int, count: int) -> list[Window]:
    """Cut the last *count* windows of *length* steps from every series."""
    windows = []
    for entry in entries:
        for back in range(count, 0, -1):
            end = len(entry["target"]) - back * length
            past = {**entry, "target": entry["target"][:end]}
            if "feat_dynamic_real" in entry:
                past["feat_dynamic_real"] = entry["feat_dynamic_real"][:, : end + length]
            windows.append((past, entry["target"][end : end + length]))
    return windows


def scores(
    forecasts: list[Any], windows: list[Window], freq: str, restore: Callable[[Any], Any]
) -> dict[str, float]:
    """Measure *forecasts*: MASE, sMAPE and the mean weighted quantile loss.

    MASE is the error in units of the one that repeating the last season has in the past
    (https://doi.org/10.1016/j.ijforecast.2006.03.001): below 1 it is better than that.
    """
    scaled, relative, losses, sizes = [], [], [], []
    for forecast, (past, ahead) in zip(forecasts, windows, strict=True):
        truth, known = restore(ahead), restore(past["target"])
        median = restore(forecast.quantile(0.5))
        season = min(get_seasonality(freq), len(known) - 1)
        naive = np.nanmean(np.abs(known[season:] - known[:-season]))
        error = np.abs(truth - median)
        scaled.append(np.nanmean(error) / max(naive, 1e-9))
        relative.append(np.nanmean(2 * error / np.maximum(np.abs(truth) + np.abs(median), 1e-9)))
        sizes.append(np.nansum(np.abs(truth)))
        losses.append(
            np.mean([_pinball(truth, restore(forecast.quantile(q)), q) for q in _QUANTILES])
        )
    wql = float(np.sum(losses) / max(np.sum(sizes), 1e-9))
    return {"mase": float(np.mean(scaled)), "smape": float(np.mean(relative)), "wql": wql}


def _pinball(truth: Any, guess: Any, quantile: float) -> float:  # noqa: ANN401 - arrays
    under = truth - guess
    return float(2 * np.nansum(np.maximum(quantile * under, (quantile - 1) * under)))
