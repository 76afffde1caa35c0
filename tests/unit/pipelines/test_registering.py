"""What starts a pipeline follows its file: put, changed, and taken away with it."""

import json
from dataclasses import dataclass, field

import pytest

from tests.builders import an_account
from tests.unit.pipelines.confs import a_conf
from tests.unit.pipelines.memory import MemoryPipelines, MemoryStore
from trainwright.errors import InvalidRequestError
from trainwright.logic.pipelines.registering import Registering, register_pipeline
from trainwright.models.inbound import ObjectCreated
from trainwright.models.message import JsonObject
from trainwright.models.pipelines.bundle import Bundle, PublishedFile
from trainwright.models.pipelines.document import Schedule
from trainwright.models.pipelines.states import RegisteredPipeline

TRIGGERS = """
triggers:
  data: [s3://demo-bucket/drops/]
  event_pattern: {source: [shop]}
  schedule: {expression: cron(0 6 * * ? *), timezone: Europe/Zurich}
"""
NAMES = ("demo-pipeline-churn-data", "demo-pipeline-churn-event", "demo-pipeline-churn-time")
REGISTRATION = "s3://demo-bucket/pipelines/churn/registration.json"


@dataclass
class MemoryStarters:
    """What starts runs, by name; *refused* is the zone that there is not."""

    rules: dict[str, JsonObject] = field(default_factory=dict)
    schedules: dict[str, Schedule] = field(default_factory=dict)
    refused: str = ""

    def rule(self, name: str, pattern: JsonObject | None, request: JsonObject) -> None:
        assert request["pipeline"]
        self.rules.pop(name, None)
        self.rules |= {name: pattern} if pattern else {}

    def schedule(self, name: str, schedule: Schedule | None, request: JsonObject) -> None:
        assert request["cause"] == "its schedule"
        if schedule and schedule.timezone == self.refused:
            raise InvalidRequestError(f"there is no zone {schedule.timezone}")
        self.schedules.pop(name, None)
        self.schedules |= {name: schedule} if schedule else {}


@dataclass
class Bucket:
    """What is published, and what starts it."""

    starters: MemoryStarters = field(default_factory=MemoryStarters)
    store: MemoryStore = field(default_factory=MemoryStore)

    def register(self, text: str = "", name: str = "churn") -> RegisteredPipeline:
        """Let the event come of an upload of *text*, or of its deletion."""
        files = (PublishedFile(name="conf.yaml", text=text),)
        bundles = [Bundle(name=name, files=files, staged={})] if text else []
        key = {"key": f"pipelines/{name}/pipeline.json"}
        event = {"detail": {"bucket": {"name": "demo-bucket"}, "object": key}}
        ports = Registering(MemoryPipelines(*bundles), self.store, self.starters, an_account())
        return register_pipeline(ObjectCreated.model_validate(event), ports)

    @property
    def in_force(self) -> set[str]:
        return {*self.starters.rules, *self.starters.schedules}


def test_each_way_to_start_has_a_name_of_its_own() -> None:
    bucket = Bucket()

    found = bucket.register(a_conf(more=TRIGGERS))

    assert found.triggers == NAMES
    assert bucket.in_force == set(NAMES)
    assert bucket.starters.schedules[NAMES[2]].timezone == "Europe/Zurich"
    assert json.loads(bucket.store.objects[REGISTRATION])["problems"] == []


@pytest.mark.parametrize("text", [a_conf(), ""])
def test_what_is_asked_for_no_more_is_taken_away(text: str) -> None:
    """A file without triggers and a file that was deleted ask for nothing."""
    bucket = Bucket()
    bucket.register(a_conf(more=TRIGGERS))

    found = bucket.register(text)

    assert found == RegisteredPipeline(name="churn", triggers=(), problems=())
    assert bucket.in_force == set()
    assert json.loads(bucket.store.objects[REGISTRATION])["triggers"] == []


def test_a_file_with_problems_changes_nothing() -> None:
    bucket = Bucket()
    bucket.register(a_conf(more=TRIGGERS))

    found = bucket.register(a_conf(more="concurency: 3"))

    assert [problem.message for problem in found.problems] == [
        "'concurency' is no key here; did you mean 'concurrency'?"
    ]
    assert bucket.in_force == set(NAMES)


def test_a_file_that_calls_itself_otherwise_is_refused() -> None:
    bucket = Bucket()

    found = bucket.register(a_conf(more=TRIGGERS), name="other")

    assert "is 'churn', but it was uploaded as 'other'" in found.problems[0].message
    assert bucket.in_force == set()


def test_a_schedule_that_aws_refuses_is_told() -> None:
    bucket = Bucket(MemoryStarters(refused="Europe/Zuerich"))

    found = bucket.register(a_conf(more=TRIGGERS.replace("Zurich", "Zuerich")))

    assert [str(problem) for problem in found.problems] == [
        "triggers: there is no zone Europe/Zuerich"
    ]


def test_two_pipelines_whose_names_are_too_long_are_told_apart() -> None:
    bucket = Bucket()
    names = ["x" * 79 + end for end in "ab"]

    found = [
        bucket.register(
            a_conf(more=TRIGGERS).replace("pipelineName: churn", f"pipelineName: {name}"), name
        )
        for name in names
    ]

    assert all(len(trigger) == 64 for each in found for trigger in each.triggers)
    assert len(bucket.in_force) == 6


def test_an_upload_of_something_else_registers_nothing() -> None:
    bucket = Bucket()

    found = bucket.register(a_conf(more=TRIGGERS), name="churn/runs/old")

    assert (found.triggers, bucket.in_force, bucket.store.objects) == ((), set(), {})


def test_a_bundle_that_cannot_be_read_is_a_problem_that_is_written_down() -> None:
    class Broken(MemoryPipelines):
        def bundle(self, name: str) -> Bundle | None:
            raise InvalidRequestError(f"{name} is no bundle")

    store = MemoryStore()
    ports = Registering(Broken(), store, MemoryStarters(), an_account())
    detail = {"bucket": {"name": "demo-bucket"}, "object": {"key": "pipelines/churn/pipeline.json"}}

    registered = register_pipeline(ObjectCreated.model_validate({"detail": detail}), ports)

    (problem,) = registered.problems
    assert (problem.field, problem.message) == ("pipeline.json", "churn is no bundle")
    assert b"churn is no bundle" in store.objects[REGISTRATION]
