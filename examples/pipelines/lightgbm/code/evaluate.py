"""Hold the predictions against the answers that were kept back."""

import json
from pathlib import Path

ROOT = Path("/opt/ml/processing")

answers = [float(line) for line in (ROOT / "input/prepare-train/answers/answers.txt").open()]
(found,) = (ROOT / "input/predict-train").glob("*.out")
predictions = [float(line) for line in found.read_text().split()]
if len(answers) != len(predictions):
    raise SystemExit(f"{len(predictions)} predictions for {len(answers)} answers")
mean = sum(answers) / len(answers)
wrong = sum((a - b) ** 2 for a, b in zip(answers, predictions))  # noqa: B905 - Python 3.8 there
spread = sum((a - mean) ** 2 for a in answers)
measured = {"rmse": (wrong / len(answers)) ** 0.5, "r2": 1 - wrong / spread}
report = {"evaluation": {**measured, "rows": len(answers)}}
out = ROOT / "output"
out.mkdir(parents=True, exist_ok=True)
(out / "model_evaluation_metrics.json").write_text(json.dumps(report))
print(report)
