"""Hold the summaries against those of people, and against sentences taken by their place."""

import json
from pathlib import Path

from rouge import mean, rouge_1, rouge_l
from rows import read_rows
from sentences import sentences_of

ROOT = Path("/opt/ml/processing")

pairs = read_rows(ROOT / "input/prepare-train/answers/texts.jsonl")
(found,) = (ROOT / "input/summarise-train").glob("*.out")
written = [row["result"] for row in read_rows(found)]
expected = [pair["summary"] for pair in pairs]
measured = {"rougeL": mean(rouge_l, written, expected), "rouge1": mean(rouge_1, written, expected)}

texts = [sentences_of(pair["text"]) for pair in pairs]
baselines = {
    "lead1": [text[:1] for text in texts],
    "lead2": [text[:2] for text in texts],
    "middle2": [text[len(text) // 2 - 1 :][:2] for text in texts],
}
for name, chosen in baselines.items():
    measured[name] = mean(rouge_l, [" ".join(text) for text in chosen], expected)
measured["gain"] = measured["rougeL"] - max(measured[name] for name in baselines)
report = {"evaluation": {**measured, "texts": len(pairs)}}
out = ROOT / "output"
out.mkdir(parents=True, exist_ok=True)
(out / "model_evaluation_metrics.json").write_text(json.dumps(report))
print(report)
