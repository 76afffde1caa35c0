"""The smoke tests of a plan: each request found, or a problem."""

from collections.abc import Iterable, Iterator

from trainwright.errors import InvalidRequestError
from trainwright.logic.json_schema import compile_schema
from trainwright.logic.planning.channels import FoundChannels
from trainwright.models.algorithm import RegisteredAlgorithm
from trainwright.models.message import Problem
from trainwright.models.plan import PlannedSmokeTest
from trainwright.models.smoke import SmokeTest
from trainwright.models.storage import S3Place


def plan_smoke_tests(
    tests: Iterable[SmokeTest],
    algorithm: RegisteredAlgorithm,
    channels: FoundChannels,
    queue: S3Place | None,
    problems: list[Problem],
) -> tuple[PlannedSmokeTest, ...]:
    """Say where the request of each of *tests* lies, and the *queue* that it goes through."""
    return tuple(_plan(tests, algorithm, channels, queue, problems))


def _plan(
    tests: Iterable[SmokeTest],
    algorithm: RegisteredAlgorithm,
    channels: FoundChannels,
    queue: S3Place | None,
    problems: list[Problem],
) -> Iterator[PlannedSmokeTest]:
    for test in tests:
        sample, lines = None, None
        if test.file:
            sample = S3Place.from_uri(algorithm.files + test.file)
        if test.rows:
            sample, lines = channels.get(test.rows.channel), test.rows.lines
            if sample is None:
                message = f"reads rows of the channel '{test.rows.channel}', which has none"
                problems.append(Problem(field=f"smoke_tests.{test.name}", message=message))
        _check_schema(test, problems)
        yield PlannedSmokeTest(
            name=test.name,
            content_type=test.content_type,
            accept=test.accept,
            expect=test.expect,
            body=test.body,
            sample=sample,
            lines=lines,
            queue=queue,
        )


def _check_schema(test: SmokeTest, problems: list[Problem]) -> None:
    """Find out now, not once an endpoint is up, that an answer could not be judged."""
    try:
        compile_schema(test.expect.json_schema)
    except InvalidRequestError as error:
        field = f"smoke_tests.{test.name}.expect.json_schema"
        problems.append(Problem(field=field, message=str(error)))
