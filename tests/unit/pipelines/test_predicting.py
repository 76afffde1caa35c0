"""What the cache would do for a plan is what it does in a run, or is said not to be known."""

import re
from typing import Any

import pytest

from tests.unit.pipelines.confs import SECTIONS, a_conf
from tests.unit.pipelines.plans import plan
from tests.unit.pipelines.simulation import REF, Simulation
from trainwright.logic.pipelines.running.begin_run import total_of
from trainwright.logic.pipelines.running.caching import Memory
from trainwright.logic.pipelines.running.predicting import Prediction, Verdict, predict
from trainwright.models.pipelines.plan import PipelinePlan

CHAIN = """
- {step_name: first, step_class: Processing, step_type: preprocess, enable_cache: True}
- {step_name: second, step_class: Processing, step_type: preprocess, enable_cache: True,
   chain_input_source_step: first}
- {step_name: third, step_class: Processing, step_type: preprocess, enable_cache: True,
   chain_input_source_step: second}
"""


class History:
    """A run that has ended, and what is planned after it."""

    def __init__(self, steps: str = CHAIN, **conf: Any) -> None:
        self.simulation = Simulation(steps=steps, **conf)
        self.simulation.run()
        self._conf: dict[str, Any] = {"steps": steps, **conf}

    @property
    def memory(self) -> Memory:
        world = self.simulation.world
        return Memory(world.store, world.cache, world.ports().images, world.models)

    def plan(self, **changes: str) -> PipelinePlan:
        planned = plan(a_conf(**(self._conf | changes))).plan
        assert planned is not None
        staged = re.sub(
            r"s3://shop/code/([a-z/]+)/sourcedir", r"s3://demo-bucket/\1", planned.model_dump_json()
        )
        return PipelinePlan.model_validate_json(staged)

    def predict(self, **changes: str) -> dict[str, Prediction]:
        return predict(self.plan(**changes), self.memory)

    def verdicts(self, **changes: str) -> dict[str, str]:
        return {name: found.verdict.value for name, found in self.predict(**changes).items()}

    def rerun(self) -> dict[str, str]:
        """Run the same again, from nothing but the cache."""
        world = self.simulation.world
        world.progress.runs.clear()
        world.progress.records.clear()
        world.launcher.steps.clear()
        self.simulation.run()
        return self.simulation.statuses()


def test_what_was_done_is_served_and_what_reads_it_too() -> None:
    history = History()

    found = history.predict()

    assert {it.verdict for it in found.values()} == {Verdict.HIT}
    assert found["third"].run == "churn-0123456789ab"
    assert found["third"].made is not None
    assert set(history.rerun().values()) == {"Cached"}


def test_what_reads_something_new_is_known_only_later() -> None:
    history = History()
    history.simulation.world.store.objects["s3://demo-bucket/code.tar.gz"] = b"new code"

    found = history.predict()

    assert found["first"].verdict is Verdict.MISS
    assert found["first"].reasons[0].startswith("compared with run churn-0123456789ab")
    assert found["first"].reasons[1].startswith("inputs.code.: nothing -> ")
    assert found["second"] == Prediction(verdict=Verdict.UNKNOWN, until=("first",))
    assert found["third"].until == ("second",)


def test_a_changed_step_in_the_middle_is_a_miss_for_certain() -> None:
    sections = SECTIONS.replace("train:\n  image", "other:\n  image", 1).replace(
        "train/fit.py", "train/fit.py\n  env: {A: '1'}"
    )
    steps = CHAIN.replace(
        "second, step_class: Processing, step_type: preprocess",
        "second, step_class: Processing, step_type: other",
    )
    history = History(steps, sections=sections)

    found = history.predict(sections=sections.replace("A: '1'", "A: '2'"))

    assert [it.verdict for it in found.values()] == [Verdict.HIT, Verdict.MISS, Verdict.UNKNOWN]
    assert found["second"].reasons[1] == 'arguments.Environment.A: "1" -> "2"'


def test_what_nobody_did_before_is_done_anew() -> None:
    history = History()
    history.simulation.world.cache.entries.clear()
    history.simulation.world.cache.newest.clear()

    found = history.predict()

    assert found["first"].reasons == ("it was not done before, or too long ago",)


def test_changed_outputs_are_made_anew() -> None:
    history = History()
    history.simulation.world.store.objects["s3://out/first/x"] = b"somebody else's"

    found = history.predict()

    assert found["first"].verdict is Verdict.MISS
    assert found["first"].reasons == (
        "run churn-0123456789ab did the same, but what it made is gone or was changed",
    )


def test_a_model_that_was_deleted_is_made_anew() -> None:
    steps = """
- {step_name: fit, step_class: Training, enable_cache: True}
- {step_name: model, step_class: CreateModel, enable_cache: True}
"""
    history = History(steps)
    assert history.verdicts() == {"fit": "hit", "model": "hit"}
    world = history.simulation.world

    world.models.deleted.add(world.progress.step(REF.run, "model").outputs["arn"])

    assert history.verdicts() == {"fit": "hit", "model": "miss"}
    assert history.rerun() == {"fit": "Cached", "model": "Succeeded"}


def test_a_step_without_a_cache_hides_what_it_will_make() -> None:
    history = History(CHAIN.replace("preprocess, enable_cache: True,", "preprocess,", 1))

    assert history.verdicts() == {"first": "hit", "second": "off", "third": "unknown"}


@pytest.mark.parametrize(("answer", "verdict"), [("true", "skipped"), ("false", "hit")])
def test_a_condition_on_what_is_known_decides(answer: str, verdict: str) -> None:
    steps = f"""
    {CHAIN.strip().splitlines()[0]}
    - {{step_name: ask, step_class: Condition, then: [yes1], else: [no1],
       condition: "{{% $exists($steps.first) = {answer} %}}"}}
    - {{step_name: yes1, step_class: Processing, step_type: preprocess, enable_cache: True}}
    - {{step_name: no1, step_class: Processing, step_type: preprocess, enable_cache: True}}
    """
    steps = "\n".join(line.removeprefix("    ") for line in steps.splitlines())
    history = History(steps)

    found = history.verdicts()

    assert found["no1"] == verdict
    assert {found["yes1"], found["no1"]} == {"hit", "skipped"}
    statuses = history.rerun()
    assert (statuses["no1"] == "Skipped") is (verdict == "skipped")


def test_a_condition_on_what_is_not_known_decides_nothing() -> None:
    steps = (
        CHAIN.replace("preprocess, enable_cache: True}", "preprocess}", 1)
        + """
- {step_name: ask, step_class: Condition, condition: "{% $exists($steps.first.job) %}",
   then: [last]}
- {step_name: last, step_class: Processing, step_type: preprocess, enable_cache: True}
"""
    )
    history = History(steps)

    assert history.verdicts()["last"] == "hit"


def test_what_depends_on_the_run_itself_is_known_in_the_run() -> None:
    sections = SECTIONS.replace(
        "entry_point: prepare/clean.py",
        "entry_point: prepare/clean.py\n  env: {R: '{% $run.id %}'}",
    )
    history = History(sections=sections)

    found = history.predict()["first"]

    assert found.verdict is Verdict.UNKNOWN
    assert found.reasons == ("it depends on the run itself",)


def test_what_is_done_already_costs_nothing() -> None:
    history = History(CHAIN.replace("preprocess, enable_cache: True,", "preprocess,", 1))
    planned = history.plan()
    done = {name for name, found in predict(planned, history.memory).items() if found.is_done}

    whole, left = total_of(planned), total_of(planned, done)

    assert whole.dollars is not None
    assert left.dollars is not None
    assert (left.seconds, left.dollars) == (6000, round(whole.dollars * 2 / 3, 2))


def test_looking_changes_nothing() -> None:
    history = History()
    world = history.simulation.world
    before: tuple[Any, ...] = dict(world.cache.entries), dict(world.store.objects)

    history.predict()

    assert (world.cache.entries, world.store.objects) == before
