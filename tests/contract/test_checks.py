"""Every algorithm says what it is held to, and its smoke tests know a broken model."""

import json
from typing import Any

import pytest

from tests.algorithms.catalogue import Algorithm, algorithms
from tests.algorithms.samples import files_of
from tests.builders import a_generation
from tests.memory import MemoryFiles, MemoryInvocations, MemoryJournal
from trainwright.errors import SmokeTestFailedError
from trainwright.logic.smoke_test import smoke_test
from trainwright.models.plan import PlannedSmokeTest, RunRef
from trainwright.models.smoke import Answer
from trainwright.models.states import SmokeTestRequest

SAMPLE_BYTES = 300_000
JSON = "application/json"
NOTHING = b"[]"
CONSTANTS = (b"", b"{}", NOTHING, b"null", b'""', b"0", b"true", b"an error page")
RUN = RunRef(id="broken-0123456789ab", model="broken", algorithm="any")

pytestmark = pytest.mark.parametrize("algorithm", algorithms(), ids=lambda each: each.name)


def test_its_checks_can_be_read(algorithm: Algorithm) -> None:
    assert algorithm.checks


def test_it_is_held_to_something(algorithm: Algorithm) -> None:
    manifest, checks = algorithm.manifest, algorithm.checks
    if checks.untried:
        return

    if manifest.train:
        assert len(checks.refused_data) >= 2
        assert checks.metric is None or checks.metric.name in {
            m.name for m in manifest.train.metrics
        }
        assert checks.metric or not manifest.train.metrics
        assert {each.channel for each in checks.refused_data} <= manifest.train.channels.keys()
    if manifest.infer:
        known = set(manifest.infer.content_types)
        kinds = {each.content_type.partition(";")[0] in known for each in checks.refused_requests}
        assert checks.reference
        assert kinds == {True, False}, (
            "needs a wrong content type, and wrong content of a right one"
        )


def test_its_sample_is_small_and_there_once(algorithm: Algorithm) -> None:
    own = algorithm.folder / "sample"
    places = [algorithm.checks.sample, own.exists(), (algorithm.folder / "sample.py").exists()]

    if algorithm.manifest.train and not algorithm.checks.untried:
        assert len(list(filter(None, places))) == 1, "one of sample/, sample.py and `sample:`"
    if own.exists():
        assert sum(map(len, files_of(own).values())) < SAMPLE_BYTES


def test_what_it_sends_is_there(algorithm: Algorithm) -> None:
    checks = algorithm.checks

    for payload in (*checks.reference, *checks.refused_requests):
        assert payload.file is None or (algorithm.folder / payload.file).is_file()
    if checks.picture:
        assert (algorithm.folder / checks.picture.script).is_file()


@pytest.mark.parametrize("body", CONSTANTS, ids=repr)
def test_its_smoke_tests_refuse_a_constant(algorithm: Algorithm, body: bytes) -> None:
    if algorithm.manifest.infer and not (body == NOTHING and algorithm.checks.may_find_nothing):
        with pytest.raises(SmokeTestFailedError):
            ask(algorithm, body)


def test_its_smoke_tests_refuse_its_own_answer_without_content(algorithm: Algorithm) -> None:
    checks = algorithm.checks
    for answer in [each.answer for each in checks.reference if each.accept == JSON]:
        hollow = hollowed(answer)
        if hollow != answer and not checks.may_find_nothing:
            with pytest.raises(SmokeTestFailedError):
                ask(algorithm, json.dumps(hollow).encode())


def ask(algorithm: Algorithm, body: bytes) -> None:
    """Smoke-test an endpoint that answers everything with *body*."""
    infer = algorithm.manifest.infer
    tests = tuple(
        PlannedSmokeTest(
            name=test.name,
            content_type=test.content_type,
            accept=test.accept,
            expect=test.expect,
            body="",
        )
        for test in (infer.smoke_tests if infer else ())
    )
    smoke_test(
        SmokeTestRequest(run=RUN, generation=a_generation(), tests=tests),
        files=MemoryFiles(),
        invocations=MemoryInvocations(Answer(200, body, 0.1)),
        journal=MemoryJournal(),
    )


def hollowed(answer: Any) -> Any:
    """Empty every list and every text of *answer*, as of a model that finds nothing."""
    if isinstance(answer, dict):
        return {key: hollowed(value) for key, value in answer.items()}
    if isinstance(answer, list | str):
        return type(answer)()
    return answer
