"""Fit the summariser, and measure with texts that were kept aside what such a one is worth."""

import argparse
import os
from pathlib import Path

import joblib
from rouge import mean, rouge_l
from rows import read_rows
from sklearn.model_selection import KFold
from summariser import Summariser

parser = argparse.ArgumentParser()
parser.add_argument("--penalty", type=float, default=1.0)
parser.add_argument("--worth", type=float, default=0.8)
parser.add_argument("--redundancy", type=float, default=0.1)
arguments = parser.parse_args()

(file,) = Path(os.environ["SM_CHANNEL_TRAIN"]).glob("*.jsonl")
pairs = [(row["text"], row["summary"]) for row in read_rows(file)]
settings = vars(arguments)

written, expected = [], []
for seen, unseen in KFold(5, shuffle=True, random_state=0).split(pairs):
    summariser = Summariser(**settings).fit([pairs[at] for at in seen])
    written += [summariser.summarise(pairs[at][0]) for at in unseen]
    expected += [pairs[at][1] for at in unseen]
print(f"validation:rougeL={mean(rouge_l, written, expected):.4f}")

summariser = Summariser(**settings).fit(pairs)
joblib.dump(summariser, Path(os.environ["SM_MODEL_DIR"], "summariser.joblib"))
