"""Every algorithm: published, trained on its sample, deployed, and held to its checks.yaml."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError
from jsonschema import Draft7Validator, Draft202012Validator

from tests.algorithms.bench import Trained, refusal_of
from tests.algorithms.checks import Reference, RefusedData
from tests.algorithms.comparison import mismatches
from tests.algorithms.runs import SECONDS, outcome_of, start
from tests.algorithms.samples import files_of, settings_of
from tests.integration.stack.stack import Listener, Run

PAYLOAD_LIMIT = 6 * 1024 * 1024
"""What InvokeEndpoint takes: https://docs.aws.amazon.com/general/latest/gr/sagemaker.html."""

REFUSALS = ("Failed", "Refused")
EXCERPT = 600

pytestmark = [pytest.mark.integration, pytest.mark.timeout(2 * SECONDS)]


def test_it_reaches_its_metric(trained: Trained) -> None:
    outcome, goal = trained.outcome, trained.algorithm.checks.metric

    assert outcome.status == "Succeeded", outcome.reason
    assert outcome.told["Run Started"]["algorithm_version"] == trained.registered.version
    if goal:
        reached = outcome.metrics[goal.name]
        assert goal.minimum is None or reached >= goal.minimum
        assert goal.maximum is None or reached <= goal.maximum


def test_its_endpoint_passed_its_smoke_tests(serving: Trained, bus: Listener) -> None:
    events = bus.events_of(serving.run, "Run Succeeded")

    infer = serving.algorithm.manifest.infer
    names = {test.name for test in infer.smoke_tests} if infer else set()
    assert set(events.get("Smoke Test Passed", {}).get("seconds", {})) == names


def test_its_answers_are_the_reference(serving: Trained, subtests: pytest.Subtests) -> None:
    for reference in serving.algorithm.checks.reference:
        with subtests.test(reference.name):
            answer = serving.ask(reference)
            if differences := _differences(answer, reference):
                excerpt = answer[:EXCERPT].decode(errors="replace")
                pytest.fail("\n".join([*differences[:20], f"in {excerpt}"]), pytrace=False)


def test_bad_requests_are_refused_with_what_is_wrong(
    serving: Trained, subtests: pytest.Subtests
) -> None:
    for refused in serving.algorithm.checks.refused_requests:
        with subtests.test(refused.name):
            status, message = refusal_of(serving, refused)
            if status != refused.status or refused.message not in message:
                pytest.fail(f"was answered with {status}: {message[:EXCERPT]}", pytrace=False)


def test_a_payload_that_is_too_large_is_refused(serving: Trained) -> None:
    infer = serving.algorithm.manifest.infer
    if infer:
        with pytest.raises(ClientError) as caught:
            serving.send(bytes(PAYLOAD_LIMIT + 1), infer.content_types[0], infer.accepts[0])
        assert caught.value.response["Error"]["Code"] == "ValidationError"


def test_bad_data_fails_the_run_with_what_is_wrong(
    trained: Trained, bad_data: Sequence[RefusedData], subtests: pytest.Subtests
) -> None:
    runs = [_start(trained, each, number) for number, each in enumerate(bad_data)]
    for each, run in zip(bad_data, runs, strict=True):
        with subtests.test(each.name):
            outcome = outcome_of(run)
            if outcome.status not in REFUSALS or each.reason not in outcome.reason:
                pytest.fail(str(outcome), pytrace=False)


def _differences(body: bytes, reference: Reference) -> list[str]:
    is_json = reference.accept.partition(";")[0] == "application/json"
    answer: Any = json.loads(body) if is_json else body.decode()
    if reference.answer_schema is None:
        return mismatches(answer, reference.answer, reference.tolerance)
    dialect = Draft202012Validator if _is_later(reference.answer_schema) else Draft7Validator
    errors = dialect(reference.answer_schema).iter_errors(answer)
    return [f"{error.json_path}: {error.message[:300]}" for error in errors]


def _is_later(schema: Mapping[str, Any]) -> bool:
    """Whether *schema* is of 2020-12, and not of draft 7 as those of smoke tests."""
    return '"prefixItems"' in json.dumps(schema)


def _start(trained: Trained, refused: RefusedData, number: int) -> Run:
    """Start a run with the sample in which one channel has other files."""
    algorithm, channel = trained.algorithm, f"{refused.channel}/"
    sample = files_of(trained.sample).items()
    files = {path: content for path, content in sample if not path.startswith(channel)}
    files |= {channel + path: content for path, content in refused.contents.items()}
    settings = _with(settings_of(trained.sample), refused.hyperparameters)
    return start(trained.stack, algorithm.name, f"{algorithm.model}-bad-{number}", files, settings)


def _with(settings: Mapping[str, Any], hyperparameters: Mapping[str, Any]) -> dict[str, Any]:
    """Set *hyperparameters*, and train only: a model of bad data must not even come to be."""
    merged = {**settings.get("hyperparameters", {}), **hyperparameters}
    return {**settings, "hyperparameters": merged, "endpoint": {"deploy": False}}
