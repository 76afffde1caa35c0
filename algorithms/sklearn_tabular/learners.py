"""The estimators, each learning in steps so that its progress can be seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from columns import Column, Matrix
from sklearn import ensemble, linear_model
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from threadpoolctl import threadpool_limits

_MAX_BINS = 255  # most categories that histogram boosting tells apart
_MAX_ONE_HOT = 100
_SMALL = 1_000_000  # values


class Options(NamedTuple):
    """How to learn; None leaves a setting to the estimator."""

    estimator: str
    max_iter: int
    report_every: int
    learning_rate: float | None
    max_depth: int | None
    seed: int


def learn(
    task: str, columns: list[Column], features: Matrix, target: Matrix, options: Options
) -> Iterator[tuple[int, Pipeline]]:
    """Yield the number of steps done and the model so far; the last is complete."""
    learner = _LEARNERS[options.estimator]
    # On small tables threads wait for each other longer than they work.
    threads = 1 if features.size < _SMALL else None
    with threadpool_limits(threads, user_api="openmp"):
        yield from learner(task == "classification", columns, features, target, options)


def _steps(options: Options) -> list[int]:
    done = range(options.report_every, options.max_iter, options.report_every)
    return [*done, options.max_iter]


def _boost(
    classify: bool, columns: list[Column], features: Matrix, target: Matrix, options: Options
) -> Iterator[tuple[int, Pipeline]]:
    kind = "HistGradientBoostingClassifier" if classify else "HistGradientBoostingRegressor"
    few = [column.kind == "category" and len(column.categories) <= _MAX_BINS for column in columns]
    model = getattr(ensemble, kind)(
        learning_rate=options.learning_rate or 0.1,
        max_depth=options.max_depth,
        min_samples_leaf=min(20, max(2, len(features) // 20)),  # so that small data can be split
        random_state=options.seed,
        categorical_features=few if any(few) else None,
        early_stopping=False,
        warm_start=True,
    )
    for step in _steps(options):
        model.set_params(max_iter=step).fit(features, target)
        yield step, make_pipeline(model)


def _grow(
    classify: bool, columns: list[Column], features: Matrix, target: Matrix, options: Options
) -> Iterator[tuple[int, Pipeline]]:
    kind = "RandomForestClassifier" if classify else "RandomForestRegressor"
    model = getattr(ensemble, kind)(
        max_depth=options.max_depth, random_state=options.seed, n_jobs=-1, warm_start=True
    )
    prepared = _preparation(columns).fit(features)
    ready = prepared.transform(features)
    for step in _steps(options):
        model.set_params(n_estimators=step).fit(ready, target)
        yield step, make_pipeline(prepared, model)


def _descend(
    classify: bool, columns: list[Column], features: Matrix, target: Matrix, options: Options
) -> Iterator[tuple[int, Pipeline]]:
    common = {
        "learning_rate": "invscaling",
        "eta0": options.learning_rate or 0.05,
        "power_t": 0.25,
        "random_state": options.seed,
        "average": True,
    }
    if classify:
        model = linear_model.SGDClassifier(loss="log_loss", **common)
        known = {"classes": sorted(set(target))}
    else:
        model, known = linear_model.SGDRegressor(**common), {}
    prepared = _preparation(columns).fit(features)
    ready = prepared.transform(features)
    reported = set(_steps(options))
    for step in range(1, options.max_iter + 1):
        model.partial_fit(ready, target, **known)
        if step in reported:
            yield step, make_pipeline(prepared, model)


def _preparation(columns: list[Column]) -> ColumnTransformer:
    """Fill what is missing, scale the numbers, and give each category a column of its own."""
    categories = [place for place, column in enumerate(columns) if column.kind == "category"]
    numbers = [place for place, column in enumerate(columns) if column.kind != "category"]
    scaled = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler()
    )
    one_hot = make_pipeline(
        SimpleImputer(strategy="constant", fill_value=-1, keep_empty_features=True),
        OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=_MAX_ONE_HOT),
    )
    return ColumnTransformer([("numbers", scaled, numbers), ("categories", one_hot, categories)])


_LEARNERS = {"hist_gradient_boosting": _boost, "random_forest": _grow, "linear": _descend}
ESTIMATORS = tuple(_LEARNERS)
