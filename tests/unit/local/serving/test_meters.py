"""The metrics of invocations, as they are put into CloudWatch."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.config import SageMakerConfig
from trainwright_local.sagemaker.endpoints.meters import NO_ANSWER, Meter, Meters, Note
from trainwright_local.sagemaker.measurements import Measurement
from trainwright_local.sagemaker.service import SageMakerService

ACCOUNT, REGION = "123456789012", "eu-west-1"


class Recorded:
    """What was put where."""

    def __init__(self) -> None:
        self.measurements: list[Measurement] = []
        self.fails = False

    def __call__(self, account: str, region: str, measurements: Sequence[Measurement]) -> None:
        assert (account, region) == (ACCOUNT, REGION)
        if self.fails:
            raise RuntimeError("no CloudWatch")
        self.measurements += measurements

    def counts(self) -> dict[str, dict[float, int]]:
        return {one.metric: dict(one.counts) for one in self.measurements}


@pytest.fixture
def recorded() -> Recorded:
    return Recorded()


@pytest.fixture
def context(tmp_path: Path, recorded: Recorded) -> Context:
    config = SageMakerConfig(tmp_path, tmp_path, endpoint_url="")
    return Context(ACCOUNT, REGION, SageMakerService(config, lambda _: None, recorded))


def test_every_invocation_is_counted_and_timed(context: Context, recorded: Recorded) -> None:
    meter = Meter("churn", "all", context, asynchronous=False)

    for note in (
        Note(200, 0.00123, 0.0001, 2),
        Note(200, 0.00121, 0.0001, 2),
        Note(422, 0.002, 0.0001, 2),
        Note(NO_ANSWER, 60.0, 0.0002, 1),
    ):
        meter.note(note)
    meter.publish()
    meter.publish()

    assert recorded.counts() == {
        "Invocations": {1: 4},
        "InvocationsPerInstance": {0.5: 3, 1: 1},
        "Invocation4XXErrors": {0: 3, 1: 1},
        "Invocation5XXErrors": {0: 3, 1: 1},
        "ModelLatency": {1200: 2, 2000: 1, 60_000_000: 1},
        "OverheadLatency": {100: 3, 200: 1},
    }
    assert len(recorded.measurements) == 6
    for one in recorded.measurements:
        assert one.dimensions == {"EndpointName": "churn", "VariantName": "all"}
        assert one.unit == ("Microseconds" if one.metric.endswith("Latency") else "None")


def test_asynchronous_endpoints_have_fewer_metrics(context: Context, recorded: Recorded) -> None:
    meter = Meter("churn", "all", context, asynchronous=True)

    meter.note(Note(200, 1.0, 0.1, 1))
    meter.publish()

    assert set(recorded.counts()) == {
        "Invocation4XXErrors", "Invocation5XXErrors", "ModelLatency",
    }  # fmt: skip


def test_what_was_noted_last_is_published_at_the_end(context: Context, recorded: Recorded) -> None:
    meters = context.part(Meters)
    lost, kept = (Meter(name, "all", context, asynchronous=False) for name in ("lost", "kept"))
    meters.start()

    recorded.fails = True
    lost.note(Note(200, 1.0, 0.1, 1))
    meters.due, due = set(), meters.due
    with pytest.raises(RuntimeError):
        due.pop().publish()
    recorded.fails = False
    kept.note(Note(200, 1.0, 0.1, 1))
    meters.close()

    assert {one.dimensions["EndpointName"] for one in recorded.measurements} == {"kept"}
