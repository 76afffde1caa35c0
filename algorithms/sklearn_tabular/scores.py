"""How good a model is: its loss on both parts, and on the held-out part what people ask for."""

from __future__ import annotations

import numpy as np
from columns import Matrix
from sklearn import metrics
from sklearn.pipeline import Pipeline
from targets import Target


def scores(
    model: Pipeline,
    target: Target,
    learned: tuple[Matrix, Matrix],
    held_out: tuple[Matrix, Matrix],
) -> dict[str, float]:
    """Return the metrics by name; *learned* and *held_out* are features and values each.

    `validation:score` is the one to compare by: accuracy for classes, R² for numbers.
    """
    compute = _of_classes if target.task == "classification" else _of_numbers
    loss, _ = compute(model, target, *learned)
    validation_loss, others = compute(model, target, *held_out)
    named = {f"validation:{name}": value for name, value in others.items()}
    return {"train:loss": loss, "validation:loss": validation_loss, **named}


def _of_classes(
    model: Pipeline, target: Target, features: Matrix, values: Matrix
) -> tuple[float, dict[str, float]]:
    probabilities = model.predict_proba(features)
    predicted = probabilities.argmax(axis=1)
    accuracy = float((predicted == values).mean())
    f1 = float(metrics.f1_score(values, predicted, average="macro"))
    loss = metrics.log_loss(values, probabilities, labels=range(len(target.classes)))
    return float(loss), {"accuracy": accuracy, "f1": f1, "score": accuracy}


def _of_numbers(
    model: Pipeline, target: Target, features: Matrix, values: Matrix
) -> tuple[float, dict[str, float]]:
    errors = (model.predict(features) - values) * target.spread
    truth = values * target.spread
    loss = float((errors**2).mean())
    total = float(((truth - truth.mean()) ** 2).mean())
    r2 = 1 - loss / total if total else 0.0
    rmse, mae = float(np.sqrt(loss)), float(np.abs(errors).mean())
    return loss, {"rmse": rmse, "mae": mae, "r2": r2, "score": r2}
