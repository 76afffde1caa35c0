"""The ports of running pipelines, in memory: the smallest things that keep their promises."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.builders import an_account
from tests.memory import MemoryCallbacks
from tests.unit.pipelines.memory_progress import MemoryProgress
from trainwright.logic.pipelines.running.ports import Running
from trainwright.models.events import EventData
from trainwright.models.message import JsonObject
from trainwright.models.pipelines.bundle import Bundle
from trainwright.models.pipelines.plan import PipelinePlan, PipelineRef
from trainwright.models.pipelines.stored import CacheEntry, Listed


class MemoryPipelines:
    """What is kept in S3."""

    def __init__(self, *bundles: Bundle) -> None:
        self._bundles = {bundle.name: bundle for bundle in bundles}
        self.plans: dict[str, PipelinePlan] = {}

    def bundle(self, name: str) -> Bundle | None:
        return self._bundles.get(name)

    def plan(self, ref: PipelineRef) -> PipelinePlan:
        return self.plans[ref.run]

    def keep_plan(self, plan: PipelinePlan) -> None:
        self.plans[plan.run] = plan

    def report(self, ref: PipelineRef) -> str:
        return f"s3://demo-bucket/pipelines/{ref.pipeline}/runs/{ref.run}/report.html"


@dataclass
class MemoryLauncher:
    """Executions: those that were started, by name, once each."""

    steps: dict[str, JsonObject] = field(default_factory=dict)
    pipelines: dict[str, JsonObject] = field(default_factory=dict)
    deployments: dict[str, JsonObject] = field(default_factory=dict)
    going: set[str] = field(default_factory=set)
    stopped: list[str] = field(default_factory=list)

    def start_step(self, name: str, target: JsonObject) -> None:
        self.steps.setdefault(name, target)

    def start_pipeline(self, name: str, request: JsonObject) -> tuple[str, bool]:
        new = name not in self.pipelines
        self.pipelines.setdefault(name, request)
        return f"arn:aws:states:eu-west-1:123456789012:execution:demo-pipeline:{name}", new

    def start_deployment(self, name: str, plan: JsonObject) -> str:
        self.deployments.setdefault(name, plan)
        return f"arn:aws:states:eu-west-1:123456789012:execution:demo-deploy:{name}"

    def is_running(self, execution: str) -> bool:
        return execution in self.going

    def stop(self, execution: str, reason: str) -> None:
        assert reason
        self.stopped.append(execution)

    def stop_step(self, name: str, reason: str) -> None:
        assert reason
        self.stopped.append(name)


@dataclass
class MemoryJobs:
    """SageMaker: what was created, in order; *failing* raises what a creation meets."""

    created: list[tuple[str, str, JsonObject]] = field(default_factory=list)
    registered: list[JsonObject] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    failing: list[Exception] = field(default_factory=list)

    def create(self, operation: str, name: str, request: JsonObject) -> bool:
        if self.failing:
            raise self.failing.pop(0)
        if any(name == there for _, there, _ in self.created):
            return False
        self.created.append((operation, name, request))
        return True

    def stop(self, resource: str) -> bool:
        self.stopped.append(resource)
        return True

    def create_model(self, name: str, request: JsonObject) -> str:
        self.created.append(("CreateModel", name, request))
        return f"arn:aws:sagemaker:eu-west-1:123456789012:model/{name}"

    def register(self, group: JsonObject, package: JsonObject) -> str:
        assert group["ModelPackageGroupName"] == package["ModelPackageGroupName"]
        self.registered.append(package)
        name = package["ModelPackageGroupName"]
        number = len(self.registered)
        return f"arn:aws:sagemaker:eu-west-1:123456789012:model-package/{name}/{number}"


@dataclass
class MemoryApprovals:
    """The registry: what was decided of each package, and what happens *then*, at once.

    *failing* raises what a decision meets.
    """

    decided: dict[str, tuple[str, str]] = field(default_factory=dict)
    failing: list[Exception] = field(default_factory=list)
    then: Callable[[], object] = lambda: None

    def decide(self, package: str, description: str, *, approved: bool) -> None:
        if self.failing:
            raise self.failing.pop(0)
        self.decided[package] = ("Approved" if approved else "Rejected", description)
        self.then()


class MemoryStore:
    """S3."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.repacked: list[tuple[str, str, str]] = []

    def listing(self, uri: str) -> list[Listed]:
        return [
            Listed(there, there.removeprefix(uri).lstrip("/"), f"{hash(body)}")
            for there, body in sorted(self.objects.items())
            if there.startswith(uri)
        ]

    def read(self, uri: str) -> bytes | None:
        return self.objects.get(uri)

    def write(self, uri: str, body: bytes, content_type: str) -> None:
        assert content_type
        self.objects[uri] = body

    def repack(self, archive: str, code: str, target: str) -> None:
        self.repacked.append((archive, code, target))


class MemoryCache:
    """The step cache."""

    def __init__(self) -> None:
        self.entries: dict[str, CacheEntry] = {}
        self.newest: dict[tuple[str, str], CacheEntry] = {}

    def find(self, key: str) -> CacheEntry | None:
        return self.entries.get(key)

    def latest(self, pipeline: str, step: str) -> CacheEntry | None:
        return self.newest.get((pipeline, step))

    def keep(self, pipeline: str, step: str, entry: CacheEntry, days: float) -> None:
        assert days > 0
        self.entries[entry.key] = self.newest[pipeline, step] = entry


class MemoryHerald:
    """The bus."""

    def __init__(self) -> None:
        self.told: list[EventData] = []

    def tell(self, ref: PipelineRef, event: EventData) -> None:
        assert ref.run
        self.told.append(event)


class TagDigests:
    """Images whose URI is their content."""

    def digest(self, image: str) -> str:
        return image


@dataclass
class MemoryModels:
    """Models: all that were ever made, but for the *deleted*."""

    deleted: set[str] = field(default_factory=set)

    def is_there(self, arn: str) -> bool:
        return arn not in self.deleted


class MemoryLogs:
    """Logs: every job says its name."""

    def tail(self, resource: str, lines: int) -> list[str]:
        return [f"I am {resource}"][:lines]


class World:
    """All ports, and the clock."""

    def __init__(self, *bundles: Bundle) -> None:
        self.progress = MemoryProgress()
        self.pipelines = MemoryPipelines(*bundles)
        self.launcher = MemoryLauncher()
        self.jobs = MemoryJobs()
        self.store = MemoryStore()
        self.cache = MemoryCache()
        self.models = MemoryModels()
        self.herald = MemoryHerald()
        self.callbacks = MemoryCallbacks()
        self.time = datetime(2026, 1, 1, tzinfo=UTC)

    def tick(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time

    def ports(self) -> Running:
        return Running(
            progress=self.progress,
            pipelines=self.pipelines,
            launcher=self.launcher,
            jobs=self.jobs,
            store=self.store,
            cache=self.cache,
            herald=self.herald,
            images=TagDigests(),
            models=self.models,
            logs=MemoryLogs(),
            callbacks=self.callbacks.ports()._replace(now=self.tick),
            account=an_account(),
        )


def plain(value: Any) -> Any:
    """Give *value* as it is after a state machine has carried it."""
    return json.loads(json.dumps(value))
