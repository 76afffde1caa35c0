"""A long queue: so many at once, the others in the order they came."""

import threading
import time
from pathlib import Path
from typing import Any, cast

from tests.unit.local.training.builders import Cloud, a_request
from trainwright_local.sagemaker.jobs.queue import Jobs
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.training.records import TRAINING, new_record

JOBS = 100


class Turns:
    """The work of many jobs: notes who begins, and how many are at it."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()

    def __call__(self, run: Run) -> None:
        with self._lock:
            self.begun.append(run.name)
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(0.002)
        with self._lock:
            self._now -= 1


def test_a_hundred_jobs_run_two_at_once_and_in_the_order_they_came(tmp_path: Path) -> None:
    cloud, turns, role = Cloud(tmp_path), Turns(), cast("Any", None)
    names = [f"job-{number:03}" for number in range(JOBS)]
    records = [new_record(a_request(name), cloud.context) for name in names]
    queue = cloud.service.part(Jobs)
    for name, record in zip(names, records, strict=True):
        TRAINING.collection(cloud.context).add(name, record)
        queue.submit(TRAINING, cloud.context, record, role, turns)

    queue.stop(TRAINING, cloud.context, records[-1])
    deadline = time.monotonic() + 60
    while len(ended(cloud)) < JOBS and time.monotonic() < deadline:
        time.sleep(0.01)

    assert ended(cloud) == dict.fromkeys(names[:-1], "Completed") | {names[-1]: "Stopped"}
    assert sorted(turns.begun) == names[:-1]
    # Two that begin together may note it in either order, but nobody is overtaken by a third.
    places = [abs(turns.begun.index(name) - place) for place, name in enumerate(names[:-1])]
    assert max(places) <= 1
    assert turns.most == cloud.context.config.max_jobs == 2


def ended(cloud: Cloud) -> dict[str, str]:
    jobs = TRAINING.collection(cloud.context).list()
    return {
        job["TrainingJobName"]: job["TrainingJobStatus"] for job in jobs if TRAINING.has_ended(job)
    }
