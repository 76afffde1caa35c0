"""Split the table by chance: rows to learn from, to stop by, and to predict."""

import csv
import random
from pathlib import Path

ROOT = Path("/opt/ml/processing")

with (ROOT / "input/table/data.csv").open(newline="") as file:
    names, *rows = csv.reader(file)  # the answer is the last column
random.Random(0).shuffle(rows)  # noqa: S311 - a split, no secret
fifth = len(rows) // 5
parts = {"unseen": rows[:fifth], "stopping": rows[fifth : 2 * fifth], "seen": rows[2 * fifth :]}

out = ROOT / "output/train"
for name, part in parts.items():
    (out / name).mkdir(parents=True, exist_ok=True)
    without = name == "unseen"
    with (out / name / "rows.csv").open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(
            row[:-1] if without else row for row in part
        )
    print(f"{name}: {len(part)} rows of {len(names) - 1} numbers")
(out / "answers").mkdir(exist_ok=True)
(out / "answers/answers.txt").write_text("\n".join(row[-1] for row in parts["unseen"]) + "\n")
