"""How a run ended: in one paragraph, as data, and as an exit code."""

from dataclasses import asdict, dataclass, field

from rich.markup import escape

from trainwright.models.record import RunRecord
from trainwright_cli.errors import ExitCode
from trainwright_cli.live.history import Execution, Phase
from trainwright_cli.live.notes import metrics_text
from trainwright_cli.live.times import duration


@dataclass(frozen=True)
class Outcome:
    """What became of a run; its fields are the keys of `--json`."""

    run: str
    status: str
    seconds: float
    error: str = ""
    reason: str = ""
    endpoint: str = ""
    package: str = ""
    metrics: dict[str, float] = field(default_factory=dict)
    problems: list[dict[str, str]] = field(default_factory=list)

    @property
    def exit_code(self) -> ExitCode:
        """How `watch` ends."""
        codes = {"Succeeded": ExitCode.OK, "Refused": ExitCode.REFUSED}
        return codes.get(self.status, ExitCode.RUN_FAILED)

    def as_json(self) -> dict[str, object]:
        """Give the outcome for `--json`."""
        return asdict(self)

    def paragraph(self, options: str) -> str:
        """Tell the outcome in Rich's markup; *options* name the cloud in the commands it gives."""
        return "\n".join(self._lines(options))

    def _lines(self, options: str) -> list[str]:
        took = duration(self.seconds)
        error, reason = escape(self.error), escape(self.reason)
        lines = {
            "Succeeded": f"[bold green]{self.run} succeeded[/] in {took}.",
            "Refused": f"[bold red]{self.run} was refused[/]; nothing was started.",
            "Stopped": f"[bold yellow]{self.run} was stopped[/] after {took}. {reason}",
        }
        failed = f"[bold red]{self.run} failed[/] after {took}: {error}: {reason}"
        told = [lines.get(self.status, failed)]
        told += [escape(f"  {p['field']}: {p['message']}") for p in self.problems]
        if self.metrics:
            told.append(f"Metrics: {metrics_text(self.metrics)}.")
        if self.endpoint:
            told.append(f"Endpoint: {self.endpoint}.")
        if self.package:
            told.append(f"Model package: {self.package}.")
        if self.status in {"Failed", "Stopped"}:
            told.append("What was serving before goes on serving.")
        if self.status != "Refused":
            told.append(f"[dim]Its log: `trainwright logs {self.run}{options}`.[/]")
        return told


_WORDS = {Phase.DONE: "Succeeded", Phase.STOPPED: "Stopped", Phase.FAILED: "Failed"}


def outcome_of(run: str, execution: Execution, record: RunRecord | None) -> Outcome:
    """Join how the execution ended with what the run's record tells."""
    told = {name: event.data for name, event in record.events.items()} if record else {}
    succeeded, refused = told.get("Run Succeeded", {}), told.get("Run Refused", {})
    result = succeeded or told.get("Run Failed", {})
    status = _WORDS.get(execution.phase, "Running")
    ended = execution.ended and execution.started
    return Outcome(
        run=run,
        status="Refused" if refused else status,
        seconds=(execution.ended - execution.started).total_seconds() if ended else 0.0,  # type: ignore[operator]
        error=execution.error,
        reason=execution.cause,
        endpoint=succeeded.get("endpoint", ""),
        package=result.get("package", ""),
        metrics=result.get("metrics", {}),
        problems=refused.get("problems", []),
    )
