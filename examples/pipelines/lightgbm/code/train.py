"""Boost trees until the rows kept for it are told no better."""

import argparse
import os
from pathlib import Path

import lightgbm
import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("--trees", type=int, default=80)
parser.add_argument("--leaves", type=int, default=7)
parser.add_argument("--rate", type=float, default=0.05)
arguments = parser.parse_args()

folder = Path(os.environ["SM_INPUT_DIR"], "data", "prepare-train")


def read(name):
    """Give a part of the table: the numbers, and the answers."""
    table = np.loadtxt(folder / name / "rows.csv", delimiter=",", ndmin=2)
    return lightgbm.Dataset(table[:, :-1], table[:, -1])


settings = {
    "objective": "regression",
    "metric": "rmse",
    "num_leaves": arguments.leaves,
    "learning_rate": arguments.rate,
    "min_data_in_leaf": 10,
    "seed": 0,
    "deterministic": True,
    "num_threads": 1,
    "verbosity": -1,
}
booster = lightgbm.train(
    settings,
    read("seen"),
    num_boost_round=arguments.trees,
    valid_sets=[read("stopping")],
    valid_names=["stopping"],
    callbacks=[lightgbm.early_stopping(20)],
)
print(f"validation:rmse={booster.best_score['stopping']['rmse']:.4f}")
booster.save_model(Path(os.environ["SM_MODEL_DIR"], "trees.txt"))
