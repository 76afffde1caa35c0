"""Judge a trained model by its metrics."""

from trainwright.logic.ports import Journal
from trainwright.models.events import MetricsJudged, TrainingCompleted
from trainwright.models.gate import Gate
from trainwright.models.states import Judgement, JudgeMetricsRequest, Metrics


def judge_metrics(request: JudgeMetricsRequest, *, journal: Journal) -> Judgement:
    """Hold the metrics against the gate, and tell both the metrics and the verdict."""
    outcome, gate = request.outcome, request.gate
    judgement = _judge(outcome.metrics, gate)
    journal.write(
        request.run,
        TrainingCompleted(
            job=outcome.job,
            artifact=outcome.artifact,
            metrics=outcome.metrics,
            billable_seconds=outcome.seconds,
        ),
        MetricsJudged(
            passed=judgement.passed, reason=judgement.reason, gate=gate, metrics=outcome.metrics
        ),
    )
    return judgement


def _judge(metrics: Metrics, gate: Gate | None) -> Judgement:
    if gate is None:
        return Judgement(passed=True, reason="no gate was asked for")
    if (value := metrics.get(gate.metric)) is None:
        seen = ", ".join(sorted(metrics)) or "none"
        reason = f"the training never printed {gate.metric}; metrics seen: {seen}"
        return Judgement(passed=False, reason=reason)
    passed = (gate.minimum is None or value >= gate.minimum) and (
        gate.maximum is None or value <= gate.maximum
    )
    verdict = "meets" if passed else "misses"
    return Judgement(passed=passed, reason=f"{gate.metric} is {value:.15g}, which {verdict} {gate}")
