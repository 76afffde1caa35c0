"""Ask a new endpoint what is known, and look at its answers."""

import json
from http import HTTPStatus

from trainwright.errors import SmokeTestFailedError
from trainwright.logic.json_schema import compile_schema
from trainwright.logic.ports import Files, Invocations, Journal
from trainwright.models.events import EndpointDeployed, SmokeTestFailed, SmokeTestPassed
from trainwright.models.plan import PlannedSmokeTest
from trainwright.models.smoke import Answer, Expectation
from trainwright.models.states import SmokeTestReport, SmokeTestRequest

_EXCERPT = 300  # characters of a wrong answer that are worth showing


def smoke_test(
    request: SmokeTestRequest, *, files: Files, invocations: Invocations, journal: Journal
) -> SmokeTestReport:
    """Run every test; raise SmokeTestFailedError with each that failed."""
    endpoint, config = request.generation.endpoint, request.generation.config
    seconds: dict[str, float] = {}
    failures: dict[str, str] = {}
    for test in request.tests:
        body = _body(test, files)
        request_of = (endpoint, body, test.content_type, test.accept)
        if test.queue:
            answer = invocations.invoke_async(*request_of, test.queue, test.expect.max_seconds)
        else:
            answer = invocations.invoke(*request_of)
        seconds[test.name] = round(answer.seconds, 3)
        if complaint := _complaint(answer, test.expect):
            failures[test.name] = complaint
    deployed = EndpointDeployed(endpoint=endpoint, config=config)
    if failures:
        journal.write(request.run, deployed, SmokeTestFailed(endpoint=endpoint, failures=failures))
        listed = "; ".join(f"'{name}' {complaint}" for name, complaint in failures.items())
        raise SmokeTestFailedError(f"{endpoint}: {listed}")
    journal.write(request.run, deployed, SmokeTestPassed(endpoint=endpoint, seconds=seconds))
    return SmokeTestReport(seconds=seconds)


def _body(test: PlannedSmokeTest, files: Files) -> bytes:
    if test.sample:
        return files.head(test.sample, lines=test.lines)
    return (test.body or "").encode()


def _complaint(answer: Answer, expect: Expectation) -> str | None:
    excerpt = answer.body[:_EXCERPT].decode(errors="replace")
    if answer.status != HTTPStatus.OK:
        return f"was answered with status {answer.status}: {excerpt}"
    if answer.seconds > expect.max_seconds:
        return f"took {answer.seconds:.2f} s, more than {expect.max_seconds:g} s"
    if not expect.json_schema:
        return None
    check = compile_schema(expect.json_schema)
    try:
        value = json.loads(answer.body)
    except ValueError:
        return f"was not answered with JSON: {excerpt}"
    try:
        check(value)
    except ValueError as error:
        return f"got a wrong answer, {error}: {excerpt}"
    return None
