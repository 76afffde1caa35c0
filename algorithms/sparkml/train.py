"""Train a pipeline of Spark ML on tables, under SageMaker's script-mode contract."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from pyspark.ml import Pipeline, PipelineModel, classification, evaluation, regression
from pyspark.ml.feature import Imputer, OneHotEncoder, StringIndexer, VectorAssembler
from pyspark.sql import DataFrame
from pyspark.sql import functions as sql
from sessions import start
from tables import MISSING, DataError, learn_kinds, number, place_of, read_channel

_MIN_ROWS = 10
_MAX_CLASSES = 20  # of whole numbers: with more of them it is rather a quantity
_LABEL, _FEATURES = "label of the row", "features of the row"


def train(options: argparse.Namespace) -> None:
    """Read the channels, fit the pipeline, measure it on rows kept aside, write the artifact."""
    spark = start("*")
    folder = Path(os.environ["SM_CHANNEL_TRAIN"])
    table = read_channel(spark, folder)
    if (rows := table.count()) < _MIN_ROWS:
        raise DataError(f"There are {rows} rows; at least {_MIN_ROWS} are needed.")
    if options.target not in table.columns:
        known = ", ".join(table.columns)
        raise DataError(f"There is no column '{options.target}' in train: it has {known}.")
    kinds = learn_kinds(table, folder)
    if table.where(table[f"`{options.target}`"].isNull()).count():
        place = place_of(folder, options.target, MISSING)
        raise DataError(f"{place}: the value to predict is missing.")
    classes = classes_of(table, options.target, kinds.pop(options.target), options.task)
    if not kinds:
        raise DataError(f"There is no column besides '{options.target}' to learn from.")
    if given := os.environ.get("SM_CHANNEL_VALIDATION"):
        kept, held_out = table, read_channel(spark, Path(given))
        if set(held_out.columns) != set(table.columns):
            raise DataError("The channel 'validation' must have the columns of 'train'.")
    else:
        share = options.validation_fraction
        kept, held_out = table.randomSplit([1 - share, share], seed=options.seed)
    learned, unseen = (prepared(part, kinds, options.target, classes) for part in (kept, held_out))
    counts = learned.count(), unseen.count()
    if not all(counts):
        raise DataError("There are too few rows to keep some aside: give a validation channel.")
    print(f"{options.estimator}: {counts[0]} rows to learn from, {counts[1]} to validate with")
    model = Pipeline(stages=stages(kinds, classes, options)).fit(learned)
    metrics = scores(model.transform(unseen), classes)
    print(" ".join(f"validation:{name}={value:.6f}" for name, value in metrics.items()))
    facts = {"target": options.target, "kinds": kinds, "classes": classes, "metrics": metrics}
    save(Path(os.environ["SM_MODEL_DIR"]), model, facts)


def classes_of(table: DataFrame, target: str, kind: str, task: str) -> list[str]:
    """Give the classes to tell apart, none if a number is to be predicted."""
    column = table[f"`{target}`"]
    found = [row[0] for row in table.select(column).distinct().limit(_MAX_CLASSES + 1).collect()]
    if len(found) == 1:
        raise DataError(f"The column '{target}' has only the value '{found[0]}'.")
    if task == "auto":
        whole = kind == "number" and all(float(value).is_integer() for value in found)
        classify = kind == "category" or (whole and len(found) <= _MAX_CLASSES)
        task = "classification" if classify else "regression"
    if task == "regression" and kind == "category":
        raise DataError(f"The column '{target}' holds texts, which regression cannot predict.")
    if task == "classification" and len(found) > _MAX_CLASSES:
        raise DataError(f"The column '{target}' has more than {_MAX_CLASSES} classes.")
    return sorted(found) if task == "classification" else []


def prepared(table: DataFrame, kinds: dict[str, str], target: str, classes: list[str]) -> DataFrame:
    """Give every column its type; what is to be predicted becomes the label."""
    column = sql.col(f"`{target}`")
    codes = sql.array_position(sql.array(*map(sql.lit, classes)), column) - 1
    label = sql.when(codes >= 0, codes.cast("double")) if classes else number(target)
    features = [
        (
            number(name) if kind == "number" else sql.coalesce(sql.col(f"`{name}`"), sql.lit(""))
        ).alias(name)
        for name, kind in kinds.items()
    ]
    return table.select(*features, label.alias(_LABEL)).where(sql.col(f"`{_LABEL}`").isNotNull())


def stages(kinds: dict[str, str], classes: list[str], options: argparse.Namespace) -> list[Any]:
    """Give the steps: fill what is missing, number the categories, learn."""
    numbers = [name for name, kind in kinds.items() if kind == "number"]
    texts = [name for name, kind in kinds.items() if kind == "category"]
    filled, codes, shares = (
        [f"{name} {what}" for name in names]
        for names, what in ((numbers, "filled"), (texts, "code"), (texts, "share"))
    )
    steps: list[Any] = []
    if numbers:
        steps.append(Imputer(strategy="median", inputCols=numbers, outputCols=filled))
    if texts:
        steps.append(StringIndexer(inputCols=texts, outputCols=codes, handleInvalid="keep"))
        steps.append(OneHotEncoder(inputCols=codes, outputCols=shares))
    steps.append(VectorAssembler(inputCols=[*filled, *shares], outputCol=_FEATURES))
    return [*steps, learner(classes, options)]


def learner(classes: list[str], options: argparse.Namespace) -> Any:  # noqa: ANN401 - one of six
    """Give what learns."""
    common = {"featuresCol": _FEATURES, "labelCol": _LABEL}
    trees = {**common, "maxDepth": options.max_depth, "seed": options.seed}
    if options.estimator == "gbt":
        if len(classes) > 2:  # noqa: PLR2004
            raise DataError(f"gbt tells two classes apart, not {len(classes)}: take random_forest.")
        kind = classification.GBTClassifier if classes else regression.GBTRegressor
        return kind(**trees, maxIter=options.max_iter)
    if options.estimator == "random_forest":
        forest = (
            classification.RandomForestClassifier if classes else regression.RandomForestRegressor
        )
        return forest(**trees, numTrees=options.num_trees)
    linear = classification.LogisticRegression if classes else regression.LinearRegression
    return linear(**common, maxIter=options.max_iter, regParam=options.reg_param)


def scores(predicted: DataFrame, classes: list[str]) -> dict[str, float]:
    """Measure on the held-out rows; `score` is accuracy for classes and R² for numbers."""
    names = ("accuracy", "f1") if classes else ("r2", "rmse", "mae")
    kind = "MulticlassClassificationEvaluator" if classes else "RegressionEvaluator"
    found = {}
    for name in names:
        evaluator = getattr(evaluation, kind)(labelCol=_LABEL, metricName=name)
        found[name] = float(evaluator.evaluate(predicted))
    return {**found, "score": found[names[0]]}


def save(folder: Path, model: PipelineModel, facts: dict[str, Any]) -> None:
    """Write the pipeline, what it expects, and the code that serves it."""
    model.write().overwrite().save(str(folder / "pipeline"))
    (folder / "facts.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")
    unneeded = shutil.ignore_patterns("__pycache__", "*.pyc")
    here = Path(__file__).resolve().parent
    shutil.copytree(here, folder / "code", ignore=unneeded, dirs_exist_ok=True)


def parse(argv: list[str]) -> argparse.Namespace:
    """Read the hyperparameters, which come as arguments; algorithm.yaml describes them."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--target", default="target")
    parser.add_argument("--task", default="auto", choices=("auto", "classification", "regression"))
    parser.add_argument(
        "--estimator", default="random_forest", choices=("random_forest", "gbt", "linear")
    )
    parser.add_argument("--max_depth", type=int, default=5)
    parser.add_argument("--num_trees", type=int, default=50)
    parser.add_argument("--max_iter", type=int, default=20)
    parser.add_argument("--reg_param", type=float, default=0.0)
    parser.add_argument("--validation_fraction", type=float, default=0.2)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(argv)


def main() -> None:
    """Train; faults of the data end with one sentence, which becomes the job's FailureReason."""
    try:
        train(parse(sys.argv[1:]))
    except DataError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
