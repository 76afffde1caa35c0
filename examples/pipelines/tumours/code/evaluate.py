"""Hold the predictions against the answers that were kept back."""

import json
from pathlib import Path

ROOT = Path("/opt/ml/processing")

answers = (ROOT / "input/prepare-train/answers/answers.txt").read_text().split()
(found,) = (ROOT / "input/predict-train").glob("*.out")
predictions = found.read_text().split()
if len(answers) != len(predictions):
    raise SystemExit(f"{len(predictions)} predictions for {len(answers)} answers")
right = sum(a == b for a, b in zip(answers, predictions))  # noqa: B905 - Python 3.8 in the image
report = {"evaluation": {"accuracy": right / len(answers), "rows": len(answers)}}
out = ROOT / "output"
out.mkdir(parents=True, exist_ok=True)
(out / "model_evaluation_metrics.json").write_text(json.dumps(report))
print(report)
