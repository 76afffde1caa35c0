"""One queue for jobs of all kinds: how many run, who is next, and how each ends."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.local.processing.builders import a_job
from tests.unit.local.training.builders import Cloud, a_request
from tests.unit.local.training.client import until
from trainwright_local.sagemaker.jobs import queue
from trainwright_local.sagemaker.jobs.failures import AlgorithmError
from trainwright_local.sagemaker.jobs.kinds import JobKind
from trainwright_local.sagemaker.jobs.queue import Jobs
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.processing.records import PROCESSING
from trainwright_local.sagemaker.processing.records import new_record as processing_record
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.training.records import TRAINING
from trainwright_local.sagemaker.training.records import new_record as training_record


class Office:
    """A queue without processes: each job waits until the test lets it end."""

    def __init__(self, folder: Path) -> None:
        self.cloud = Cloud(folder)
        self.jobs = self.cloud.context.part(Jobs)
        self.started: list[str] = []
        self._ends: dict[str, threading.Event] = {}
        self._errors: dict[str, Exception] = {}

    def submit(self, kind: JobKind, name: str) -> None:
        """Ask for a job."""
        context = self.cloud.context
        record = (
            training_record(a_request(name), context)
            if kind is TRAINING
            else processing_record(a_job(name), context)
        )
        kind.collection(context).add(name, record)
        self._ends.setdefault(name, threading.Event())
        self.jobs.submit(kind, context, record, Role("r", "eu-west-1", "http://x", {}), self._work)

    def end(self, name: str, error: Exception | None = None) -> None:
        """Let a job end."""
        if error:
            self._errors[name] = error
        self._ends[name].set()

    def stop(self, kind: JobKind, name: str) -> None:
        self.jobs.stop(kind, self.cloud.context, self.record(kind, name))

    def record(self, kind: JobKind, name: str) -> Record:
        record = kind.collection(self.cloud.context).get(name)
        assert record is not None
        return record

    def ended(self, kind: JobKind, name: str) -> Record:
        until(lambda: kind.has_ended(self.record(kind, name)))
        return self.record(kind, name)

    def close(self) -> None:
        for end in self._ends.values():
            end.set()
        self.cloud.service.close()

    def _work(self, run: Run) -> None:
        run.folder.mkdir(parents=True)
        self.started.append(run.name)
        self._ends[run.name].wait()
        if run.name in self._errors:
            raise self._errors[run.name]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.close()


def test_jobs_of_all_kinds_share_one_limit_and_one_line(office: Office) -> None:
    for kind, name in (
        (TRAINING, "a"), (PROCESSING, "b"), (PROCESSING, "c"), (TRAINING, "d"), (PROCESSING, "e"),
    ):  # fmt: skip
        office.submit(kind, name)
    until(lambda: sorted(office.started) == ["a", "b"])
    assert office.record(TRAINING, "d")["SecondaryStatus"] == "Pending"

    for count, name in enumerate("abcde", 3):
        office.end(name)
        until(lambda count=count: len(office.started) == min(count, 5))

    assert office.started[2:] == ["c", "d", "e"]
    for kind, name in ((TRAINING, "d"), (PROCESSING, "e")):
        assert office.ended(kind, name)[kind.status] == "Completed"


def test_two_kinds_may_use_one_name(office: Office) -> None:
    office.submit(TRAINING, "same")
    office.submit(PROCESSING, "same")
    until(lambda: office.started == ["same", "same"])

    office.end("same")

    assert office.ended(TRAINING, "same")["TrainingJobStatus"] == "Completed"
    assert office.ended(PROCESSING, "same")["ProcessingJobStatus"] == "Completed"


def test_a_job_that_waits_is_stopped_at_once(office: Office) -> None:
    for name in "abc":
        office.submit(PROCESSING, name)

    office.stop(PROCESSING, "c")

    job = office.record(PROCESSING, "c")
    assert job["ProcessingJobStatus"] == "Stopped"
    assert "ProcessingStartTime" not in job
    statuses = [e.detail["ProcessingJobStatus"] for e in office.cloud.events[-2:]]
    assert statuses == ["Stopping", "Stopped"]


def test_a_stop_is_the_end_whatever_the_work_comes_to(office: Office) -> None:
    office.submit(PROCESSING, "a")
    until(lambda: office.started == ["a"])

    office.stop(PROCESSING, "a")
    office.end("a", AlgorithmError("killed"))

    job = office.ended(PROCESSING, "a")
    assert job["ProcessingJobStatus"] == "Stopped"
    assert "FailureReason" not in job


def test_a_fault_of_ours_fails_the_job_and_frees_its_place(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    for name in "abc":
        office.submit(PROCESSING, name)

    office.end("a", RuntimeError("a bug"))

    reason = office.ended(PROCESSING, "a")["FailureReason"]
    assert reason == "InternalServerError: RuntimeError('a bug')"
    assert "Traceback" in caplog.text
    until(lambda: "c" in office.started)


def test_a_closed_cloud_leaves_its_jobs_to_the_next(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PATIENCE_SECONDS", 0)
    for name in "abc":
        office.submit(PROCESSING, name)
    until(lambda: len(office.started) == 2)

    office.cloud.service.close()
    office.end("a")
    office.end("b", AlgorithmError("killed"))
    until(lambda: not office.jobs._running)

    assert sorted(office.started) == ["a", "b"]
    statuses = {office.record(PROCESSING, name)["ProcessingJobStatus"] for name in "abc"}
    assert statuses == {"InProgress"}
    after = Cloud(tmp_path)
    after.service.start()
    failed = {e.detail["ProcessingJobName"]: e.detail["FailureReason"] for e in after.events}
    assert failed.keys() == {"a", "b", "c"}
    assert all("The local cloud ended while this" in reason for reason in failed.values())
