"""Split the table by chance: rows to learn from, and rows to predict."""

import csv
import random
from pathlib import Path

ROOT = Path("/opt/ml/processing")

with (ROOT / "input/table/data.csv").open(newline="") as file:
    _, *rows = csv.reader(file)
random.Random(0).shuffle(rows)  # noqa: S311 - a split, no secret
held_out = len(rows) // 4

for name, part in (("unseen", rows[:held_out]), ("seen", rows[held_out:])):
    out = ROOT / "output/train" / name
    out.mkdir(parents=True, exist_ok=True)
    with (out / "rows.csv").open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(part)
    print(f"{name}: {len(part)} rows")
