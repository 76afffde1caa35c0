"""Split the table: most rows to learn from, the others, without their answers, to predict."""

import csv
import os
import random
from pathlib import Path

ROOT = Path("/opt/ml/processing")
TARGET = "target"

with (ROOT / "input/table/data.csv").open(newline="") as file:
    rows = list(csv.DictReader(file))
names = [name for name in rows[0] if name != TARGET]
random.Random(0).shuffle(rows)  # noqa: S311 - a split, no secret
held_out = int(len(rows) * float(os.environ["HELD_OUT"]))
unseen, seen = rows[:held_out], rows[held_out:]

out = ROOT / "output/train"
for folder in ("seen", "unseen", "answers"):
    (out / folder).mkdir(parents=True, exist_ok=True)
with (out / "seen/data.csv").open("w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow([*names, TARGET])
    writer.writerows([*(row[name] for name in names), row[TARGET]] for row in seen)
with (out / "unseen/rows.csv").open("w", newline="") as file:
    csv.writer(file, lineterminator="\n").writerows([row[name] for name in names] for row in unseen)
(out / "answers/answers.txt").write_text("\n".join(row[TARGET] for row in unseen) + "\n")
print(f"{len(seen)} rows to learn from, {len(unseen)} to predict")
