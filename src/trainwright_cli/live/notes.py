"""What a task answered, in a few words; the closed models of the states tell which it was."""

from typing import Any

from pydantic import TypeAdapter, ValidationError

from trainwright.models.states import (
    EndpointOutcome,
    Generation,
    Judgement,
    RegisteredModel,
    SmokeTestReport,
    TrainingOutcome,
)

type Answer = (
    Judgement | TrainingOutcome | SmokeTestReport | RegisteredModel | EndpointOutcome | Generation
)

_ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)


def note_on(output: Any) -> str:  # noqa: ANN401 - any task's answer
    """Say what *output* tells, or nothing."""
    payload = output.get("Payload", output) if isinstance(output, dict) else output
    try:
        answer = _ANSWER.validate_python(payload)
    except ValidationError:
        return ""
    return _told(answer)


def _told(answer: Answer) -> str:
    match answer:
        case Judgement():
            return answer.reason
        case TrainingOutcome():
            return metrics_text(answer.metrics)
        case SmokeTestReport():
            return ", ".join(
                f"{name} {took * 1000:.0f} ms" for name, took in answer.seconds.items()
            )
        case RegisteredModel():
            return f"version {answer.package.rpartition('/')[2]}"
        case EndpointOutcome():
            return f"serves {answer.config}"
        case Generation():
            return f"replaces {answer.previous}" if answer.previous else ""


def metrics_text(metrics: dict[str, float]) -> str:
    """Write *metrics* on one line."""
    return ", ".join(f"{name} {value:.4g}" for name, value in metrics.items())
