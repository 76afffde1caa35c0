"""Split the texts by chance: some to learn from; the others, without summaries, to summarise."""

import os
import random
from pathlib import Path

from rows import read_rows, write_rows

ROOT = Path("/opt/ml/processing")

pairs = read_rows(ROOT / "input/texts/texts.jsonl")
for number, pair in enumerate(pairs, 1):
    if not (pair["text"].strip() and pair["summary"].strip()):
        raise SystemExit(f"pair {number} has no text or no summary")
random.Random(0).shuffle(pairs)  # noqa: S311 - a split, no secret
held_out = int(len(pairs) * float(os.environ["HELD_OUT"]))
unseen, seen = pairs[:held_out], pairs[held_out:]

out = ROOT / "output/train"
write_rows(out / "seen/texts.jsonl", seen)
write_rows(out / "unseen/requests.jsonl", [{"inputs": pair["text"]} for pair in unseen])
write_rows(out / "answers/texts.jsonl", unseen)
print(f"{len(seen)} texts to learn from, {len(unseen)} to summarise")
