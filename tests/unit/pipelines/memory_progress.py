"""The steps table, in memory: what each run and its steps are at."""

from collections.abc import Iterable, Sequence
from typing import Any

from trainwright.models.pipelines.progress import PipelineRun, StepRecord, StepStatus


class MemoryProgress:
    """The steps table."""

    def __init__(self) -> None:
        self.runs: dict[str, PipelineRun] = {}
        self.records: dict[tuple[str, str], StepRecord] = {}

    def open(self, run: PipelineRun, steps: Sequence[StepRecord]) -> None:
        there = self.runs.get(run.ref.run)
        if there is not None and there.attempt == run.attempt and there.execution:
            renewed = {"token": run.token, "execution": run.execution}
            self.runs[run.ref.run] = there.model_copy(update=renewed)
            return
        self.records |= {(step.run, step.step): step for step in steps}
        self.runs[run.ref.run] = run

    def run(self, run: str) -> PipelineRun | None:
        return self.runs.get(run)

    def step(self, run: str, name: str) -> StepRecord:
        return self.records[run, name]

    def steps(self, run: str, names: Iterable[str] | None = None) -> dict[str, StepRecord]:
        wanted = set(names) if names is not None else None
        return {
            step: record
            for (of, step), record in self.records.items()
            if of == run and (wanted is None or step in wanted)
        }

    def run_and_step(self, run: str, name: str) -> tuple[PipelineRun, StepRecord]:
        return self.runs[run], self.records[run, name]

    def release(self, run: str, name: str, ended: str) -> StepRecord | None:
        record = self.records[run, name]
        if record.status not in {StepStatus.WAITING, StepStatus.READY}:
            return None
        waits_for = record.waits_for - {ended}
        status = record.status if waits_for else StepStatus.READY
        self._change(record, waits_for=waits_for, status=status)
        return None if waits_for else self.records[run, name]

    def begin(self, record: StepRecord) -> bool:
        there = self.records[record.run, record.step]
        if there.status.ended or there.attempt != record.attempt:
            return False
        self.records[record.run, record.step] = record
        return True

    def note(self, record: StepRecord) -> None:
        self.begin(record)

    def end(self, record: StepRecord) -> bool:
        if self.records[record.run, record.step].status.ended:
            return False
        self.records[record.run, record.step] = record
        run = self.runs[record.run]
        self._update(run, unfinished=run.unfinished - 1, running=run.running - {record.step})
        return True

    def take_slot(self, record: StepRecord, limit: int) -> bool:
        run = self.runs[record.run]
        if len(run.running) >= limit and record.step not in run.running:
            return False
        queued = run.queued - {record.place}
        self._update(run, running=run.running | {record.step}, queued=queued)
        return True

    def enqueue(self, record: StepRecord) -> None:
        run = self.runs[record.run]
        self._update(run, queued=run.queued | {record.place})

    def stop(self, run: str, error: str, reason: str) -> None:
        if not self.runs[run].stopping:
            self._update(self.runs[run], stopping=True, error=error, reason=reason)

    def finish(self, run: PipelineRun) -> None:
        ended = {name: getattr(run, name) for name in ("status", "ended", "error", "reason")}
        self._update(self.runs[run.ref.run], **ended)

    def _change(self, record: StepRecord, **update: Any) -> None:
        self.records[record.run, record.step] = record.model_copy(update=update)

    def _update(self, run: PipelineRun, **update: Any) -> None:
        self.runs[run.ref.run] = run.model_copy(update=update)
