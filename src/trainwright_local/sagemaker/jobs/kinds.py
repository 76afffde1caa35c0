"""The records of one kind of job: how they change, and whom that is told."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.api.tags import tags_of
from trainwright_local.sagemaker.events import in_milliseconds, publish
from trainwright_local.sagemaker.store import Collection, Record

ENDED = {"Completed", "Failed", "Stopped"}
STATUS_OF = {status: status for status in (*ENDED, "Stopping")}
"""The status that goes with a stage; all other stages belong to a job in progress."""

type Note = Callable[[Record, str, str, float], None]
"""Writes into a record, as it enters a stage for a reason at a time, what only its kind has."""


type Listener = Callable[[Context, Record], object]
"""Is told of a record that has changed as callers can see."""


def _nothing(_record: Record, _stage: str, _reason: str, _now: float) -> None:
    """Note nothing: all that there is to say of a stage is its status."""


@dataclass(frozen=True)
class JobKind:
    """What tells one kind of job from another.

    Its stages are those of a training job, of which secondary statuses are the visible form; other
    kinds go through them too and show the status only.
    """

    prefix: str
    """As its members begin: `Training` for TrainingJobName, TrainingStartTime ..."""
    title: str
    """As its events call it, and in lower case its messages: `Training Job`."""
    resource: str
    """As its ARNs call it: `training-job`."""
    log_group: str
    running: frozenset[str]
    """The stages in which it counts as started."""
    timed_out: str = "Stopped"
    """The stage that ends it when it has run for too long."""
    statuses: Mapping[str, str] = field(default_factory=lambda: STATUS_OF, hash=False)
    note: Note = _nothing
    name_taken: str = (
        "Job name must be unique within an AWS account and region, and a job with this name "
        "already exists ({arn})"
    )
    not_found: str = "Could not find requested job with name: {name}"
    listeners: list[Listener] = field(default_factory=list, hash=False, compare=False)

    @property
    def name(self) -> str:
        """The member with a job's name."""
        return f"{self.prefix}JobName"

    @property
    def arn(self) -> str:
        """The member with a job's ARN."""
        return f"{self.prefix}JobArn"

    @property
    def status(self) -> str:
        """The member with a job's status."""
        return f"{self.prefix}JobStatus"

    @property
    def noun(self) -> str:
        """What messages call it: `training job`."""
        return self.title.lower()

    @property
    def folder(self) -> str:
        """Where its records and its working folders are: `training-jobs`."""
        return f"{self.resource}s"

    def collection(self, context: Context) -> Collection:
        """Return the records of the jobs of an account and region."""
        return context.store.collection(self.folder)

    def has_ended(self, record: Record) -> bool:
        """Whether nothing more will happen to a job."""
        return record[self.status] in ENDED

    def new_record(self, members: Record, context: Context) -> Record:
        """Return the record of a job just asked for, which is starting."""
        now = time.time()
        record = {
            **{key: value for key, value in members.items() if key != "Tags"},
            self.arn: context.arn(f"{self.resource}/{members[self.name]}"),
            "CreationTime": now,
            "LastModifiedTime": now,
        }
        self.enter(record, "Starting")
        return record

    def enter(self, record: Record, stage: str, reason: str = "") -> None:
        """Let *record* enter a stage now."""
        now = time.time()
        record[self.status] = self.statuses.get(stage, "InProgress")
        record["LastModifiedTime"] = now
        if stage in self.running:
            record.setdefault(f"{self.prefix}StartTime", now)
        if reason:
            record["FailureReason"] = reason
        if self.has_ended(record) and f"{self.prefix}StartTime" in record:
            record[f"{self.prefix}EndTime"] = now
        self.note(record, stage, reason, now)

    def change(self, context: Context, name: str, alter: Callable[[Record], object]) -> Record:
        """Alter the record of a job without telling anybody."""
        record = self.collection(context).update(name, alter)
        assert record is not None, f"{self.noun} {name} is never deleted"
        return record

    def advance(self, context: Context, name: str, stage: str, reason: str = "") -> None:
        """Let a job enter a stage, and publish that if anybody can see it."""
        before: Record = {}

        def alter(record: Record) -> None:
            before.update(self._visible(record))
            self.enter(record, stage, reason)

        after = self.change(context, name, alter)
        if self._visible(after) != before:
            self.announce(context, after)

    def announce(self, context: Context, record: Record) -> None:
        """Publish *record* as the event AWS sends at every change of status; tell the listeners."""
        arn = record[self.arn]
        detail = in_milliseconds(public(record)) | {"Tags": tags_of(context, arn)}
        publish(context, f"SageMaker {self.title} State Change", detail, arn)
        for listener in self.listeners:
            listener(context, record)

    def _visible(self, record: Record) -> Record:
        return {key: record.get(key) for key in (self.status, "SecondaryStatus")}


def public(record: Record) -> Record:
    """Return *record* without the members that only we see, which begin with an underscore."""
    return {name: value for name, value in record.items() if not name.startswith("_")}


QUEUED: list[JobKind] = []
"""The kinds whose jobs go through the queue; filled by importing the packages that define them."""


def queued(kind: JobKind) -> JobKind:
    """Register *kind*, so that a start of the queue finds what jobs of it were left unfinished."""
    QUEUED.append(kind)
    return kind
