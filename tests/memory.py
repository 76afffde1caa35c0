"""Fakes of the ports, in memory: each is its port's reference implementation."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from trainwright.errors import NotReadyError
from trainwright.logic.ports import Callbacks
from trainwright.models.algorithm import RegisteredAlgorithm
from trainwright.models.events import EventData
from trainwright.models.message import JsonObject
from trainwright.models.names import Tag
from trainwright.models.plan import RunRef
from trainwright.models.record import RunRecord, RunStatus, ToldEvent
from trainwright.models.smoke import Answer
from trainwright.models.storage import S3Place, StoredObject
from trainwright.models.task import Decision, Phase, ResourceState, Task

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass
class MemoryClock:
    """A clock that moves only when told to."""

    time: datetime = NOON

    def __call__(self) -> datetime:
        return self.time

    def forward(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class MemoryFiles:
    """Objects by key; the bucket does not matter."""

    objects_by_key: dict[str, bytes] = field(default_factory=dict)

    def text(self, place: S3Place) -> str | None:
        body = self.objects_by_key.get(place.key)
        return None if body is None else body.decode()

    def objects(self, place: S3Place) -> Iterator[StoredObject]:
        for key in sorted(self.objects_by_key):
            if key.startswith(place.key):
                yield StoredObject(key, len(self.objects_by_key[key]))

    def head(self, place: S3Place, *, lines: int | None) -> bytes:
        body = self.objects_by_key[place.key]
        return body if lines is None else b"".join(body.splitlines(keepends=True)[:lines])

    def write(self, place: S3Place, body: bytes, content_type: str) -> None:
        assert content_type
        self.objects_by_key[place.key] = body


@dataclass
class MemoryAlgorithms:
    """Registered algorithms by name."""

    registered: dict[str, RegisteredAlgorithm] = field(default_factory=dict)

    pushed: dict[tuple[str, str], str] = field(default_factory=dict)

    def find(self, name: str) -> RegisteredAlgorithm | None:
        return self.registered.get(name)

    def image(self, container: str, variant: str) -> str | None:
        return self.pushed.get((container, variant))


@dataclass
class MemoryJournal:
    """Records of runs, and every event in the order of its telling."""

    records: dict[str, RunRecord] = field(default_factory=dict)
    told: list[EventData] = field(default_factory=list)

    def write(self, run: RunRef, *events: EventData, status: RunStatus | None = None) -> None:
        names = {"run": run.id, "model": run.model, "algorithm": run.algorithm}
        times = {"started": NOON, "updated": NOON}
        record = self.records.get(run.id) or RunRecord.model_validate(
            {**names, **times, "status": "Running", "events": {}}
        )
        told = {e.detail_type: ToldEvent(time=NOON, data=e.model_dump()) for e in events}
        if status:
            update = {"status": status, "events": record.events | told}
            self.records[run.id] = record.model_copy(update=update)
        self.told.extend(events)

    def find(self, run: str) -> RunRecord | None:
        return self.records.get(run)


@dataclass
class MemoryExecutions:
    """Executions by name, with their input."""

    started: dict[str, JsonObject] = field(default_factory=dict)
    error: str = ""
    cause: str = ""

    def why_ended(self, execution: str) -> tuple[str, str]:
        assert execution
        return self.error, self.cause

    def start(self, name: str, request: JsonObject) -> tuple[str, bool]:
        new = name not in self.started
        self.started.setdefault(name, request)
        return f"arn:aws:states:::execution:train_deploy:{name}", new


@dataclass
class MemoryTasks:
    """Tasks by resource."""

    waiting: dict[str, Task] = field(default_factory=dict)

    def put(self, task: Task) -> None:
        there = self.waiting.get(task.resource)
        if there and there.run.id != task.run.id:
            raise NotReadyError(f"another run is changing {task.resource}")
        self.waiting[task.resource] = task

    def get(self, resource: str) -> Task | None:
        return self.waiting.get(resource)

    def claim(self, task: Task, decision: Decision) -> bool:
        there = self.waiting.get(task.resource)
        if there is None or there.token != task.token:
            return False
        kept = there.decision or decision
        self.waiting[task.resource] = there.model_copy(update={"decision": kept})
        return kept == decision

    def remove(self, task: Task) -> None:
        if self.waiting.get(task.resource, task).token == task.token:
            self.waiting.pop(task.resource, None)

    def all(self) -> Iterable[Task]:
        return list(self.waiting.values())


@dataclass
class MemoryAnswers:
    """What each token was answered."""

    given: dict[str, JsonObject] = field(default_factory=dict)

    def succeed(self, token: str, output: JsonObject) -> None:
        self.given.setdefault(token, output)

    def fail(self, token: str, error: str, reason: str) -> None:
        self.given.setdefault(token, {"error": error, "reason": reason})


@dataclass
class MemoryResources:
    """The state of each resource; what has none is missing."""

    clock: MemoryClock
    states: dict[str, ResourceState] = field(default_factory=dict)

    def describe(self, resource: str) -> ResourceState:
        return self.states.get(resource) or ResourceState(phase=Phase.MISSING, changed=NOON)

    def become(self, resource: str, phase: Phase, **fields: object) -> None:
        """Change *resource* now."""
        self.states[resource] = ResourceState.model_validate(
            {"phase": phase, "changed": self.clock(), **fields}
        )


@dataclass
class MemoryTrainingJobs:
    """Training jobs: the requests that created them, and which were stopped."""

    created: dict[str, JsonObject] = field(default_factory=dict)
    stopped: list[str] = field(default_factory=list)

    def create(self, request: JsonObject) -> bool:
        name = request["TrainingJobName"]
        if name in self.created:
            return False
        self.created[name] = request
        return True

    def stop(self, name: str) -> bool:
        if name not in self.created or name in self.stopped:
            return False
        self.stopped.append(name)
        return True


@dataclass
class MemoryRegistry:
    """Model package groups with their versions."""

    groups: dict[str, list[JsonObject]] = field(default_factory=dict)

    def register(self, group: JsonObject, package: JsonObject) -> str:
        versions = self.groups.setdefault(group["ModelPackageGroupName"], [])
        versions.append(package)
        return f"arn:aws:sagemaker:::model-package/{group['ModelPackageGroupName']}/{len(versions)}"


@dataclass
class MemoryModels:
    """Endpoint configurations, each with the name of its model."""

    configs: dict[str, str] = field(default_factory=dict)

    def create(self, model: JsonObject, config: JsonObject) -> None:
        self.configs[config["EndpointConfigName"]] = model["ModelName"]

    def remove(self, config: str) -> tuple[str, ...]:
        return (self.configs.pop(config),) if config in self.configs else ()


@dataclass
class MemoryEndpoints:
    """Endpoints by name, with the configuration that each serves; some are changing."""

    configs: dict[str, str] = field(default_factory=dict)
    changing: set[str] = field(default_factory=set)

    def serving(self, endpoint: str) -> str:
        return self.configs.get(endpoint, "")

    def deploy(
        self, endpoint: str, config: str, tags: list[Tag], serving: str | None = None
    ) -> bool:
        assert isinstance(tags, list)
        self._refuse_change(endpoint)
        if config in {serving, self.configs.get(endpoint)}:
            return False
        self.configs[endpoint] = config
        return True

    def delete(self, endpoint: str) -> bool:
        self._refuse_change(endpoint)
        return self.configs.pop(endpoint, None) is not None

    def _refuse_change(self, endpoint: str) -> None:
        if endpoint in self.changing:
            raise NotReadyError(f"endpoint '{endpoint}' is Updating")


@dataclass
class MemoryInvocations:
    """An endpoint that always answers the same, and what it was asked."""

    answer: Answer
    asked: list[bytes] = field(default_factory=list)
    queues: list[S3Place] = field(default_factory=list)

    def invoke(self, endpoint: str, body: bytes, content_type: str, accept: str) -> Answer:
        assert all((endpoint, content_type, accept))
        self.asked.append(body)
        return self.answer

    def invoke_async(
        self,
        endpoint: str,
        body: bytes,
        content_type: str,
        accept: str,
        queue: S3Place,
        patience_seconds: float,
    ) -> Answer:
        assert patience_seconds > 0
        self.queues.append(queue)
        return self.invoke(endpoint, body, content_type, accept)


@dataclass
class MemoryCallbacks:
    """The ports that a wait takes, each of them at hand."""

    clock: MemoryClock = field(default_factory=MemoryClock)
    tasks: MemoryTasks = field(default_factory=MemoryTasks)
    answers: MemoryAnswers = field(default_factory=MemoryAnswers)
    endpoints: MemoryEndpoints = field(default_factory=MemoryEndpoints)
    resources: MemoryResources = field(init=False)

    def __post_init__(self) -> None:
        self.resources = MemoryResources(self.clock)

    def ports(self) -> Callbacks:
        return Callbacks(self.tasks, self.resources, self.answers, self.endpoints, self.clock)
