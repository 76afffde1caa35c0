"""What fails by the cloud's fault is tried again, as often as the job wants."""

from pathlib import Path
from typing import Any, cast
from unittest.mock import Mock

import pytest

from tests.unit.local.training.builders import Cloud, a_request
from trainwright_local.sagemaker.jobs.failures import AlgorithmError, InternalServerError
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.training import running
from trainwright_local.sagemaker.training.records import TRAINING, new_record

CLOUDS_FAULT = InternalServerError("The package index cannot be reached")


class Attempts:
    """Ends as told, attempt by attempt; the last end stays."""

    def __init__(self, *ends: Exception | None) -> None:
        self.ends = list(ends)
        self.count = 0

    def __call__(self, *_: Any) -> None:
        self.count += 1
        end = self.ends.pop(0) if len(self.ends) > 1 else self.ends[0]
        if end is not None:
            raise end


def outcome(folder: Path, attempts: Attempts, retries: int) -> dict[str, Any]:
    cloud = Cloud(folder)
    strategy: dict[str, Any] = (
        {"RetryStrategy": {"MaximumRetryAttempts": retries}} if retries else {}
    )
    record = new_record(a_request(**strategy), cloud.context)
    TRAINING.collection(cloud.context).add("churn-1", record)
    role = cast("Any", Mock())
    Run(TRAINING, cloud.context, record, role, folder / "job", running.train).run()
    return cloud.call("DescribeTrainingJob", TrainingJobName="churn-1")


@pytest.mark.parametrize(
    ("ends", "retries", "count", "stages"),
    [
        ([CLOUDS_FAULT, None], 1, 2, ["Starting", "Starting", "Completed"]),
        ([CLOUDS_FAULT], 2, 3, ["Starting", "Starting", "Starting", "Failed"]),
        ([CLOUDS_FAULT], 0, 1, ["Starting", "Failed"]),
        ([AlgorithmError("no rows")], 5, 1, ["Starting", "Failed"]),
    ],
)
def test_only_a_fault_of_the_cloud_is_tried_again(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ends: list[Exception | None],
    retries: int,
    count: int,
    stages: list[str],
) -> None:
    attempts = Attempts(*ends)
    monkeypatch.setattr(running, "_attempt", attempts)

    job = outcome(tmp_path, attempts, retries)

    assert attempts.count == count
    assert [item["Status"] for item in job["SecondaryStatusTransitions"]] == stages
