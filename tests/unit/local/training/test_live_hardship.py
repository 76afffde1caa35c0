"""It holds: many jobs, jobs that misbehave, and a cloud that is killed."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.unit.local.training.builders import a_request
from tests.unit.local.training.client import LiveCloud, an_archive, until

JOBS = 12
"""A hundred go through the same queue in `jobs/test_long_queue.py`, without processes."""
LOG_MEGABYTES = 80
STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        time.sleep(600)
print("begun", flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def own_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveCloud]:
    """A cloud of these tests' own, which they may kill."""
    live = LiveCloud(tmp_path_factory.mktemp("hardship"))
    try:
        prepare(live)
        yield live
    finally:
        live.stop()


def prepare(cloud: LiveCloud) -> None:
    """Make what jobs need; this cloud keeps roles only if it ends in peace."""
    cloud.make_role("s3:*", "logs:*", "cloudwatch:PutMetricData")
    where = {"LocationConstraint": "eu-west-1"}
    with suppress(cloud.s3.exceptions.BucketAlreadyOwnedByYou):
        cloud.s3.create_bucket(Bucket="data", CreateBucketConfiguration=where)


def processes_of(cloud: LiveCloud) -> list[str]:
    """What runs in this cloud's state folder, by its environment: all that jobs have started."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and str(cloud.state).encode() in environment(entry):
                line = (entry / "cmdline").read_text().replace("\0", " ")
                # A supervisor goes to its job's folder; until then it waits for one.
                if "supervisor.py" not in line or "/jobs/" in str((entry / "cwd").readlink()):
                    found.append(line)
        except OSError:
            continue
    return found


def environment(process: Path) -> bytes:
    """Its TMPDIR and more are in the folder of the job, whatever became of its parents."""
    own = int(process.name) == os.getpid()
    return b"" if own else (process / "environ").read_bytes()


def jobs_processes(cloud: LiveCloud) -> list[str]:
    return [line for line in processes_of(cloud) if "cloud.py" not in line]


def test_many_jobs_run_a_few_at_once_and_in_the_order_they_came(own_cloud: LiveCloud) -> None:
    cloud = own_cloud
    source = an_archive("train.py", "pass")
    cloud.s3.put_object(Bucket="data", Key="many.tar.gz", Body=source)
    parameters = {
        "sagemaker_program": '"train.py"',
        "sagemaker_submit_directory": '"s3://data/many.tar.gz"',
    }
    names = [f"many-{number:03}" for number in range(JOBS)]
    for name in names:
        request = a_request(name, HyperParameters=parameters, InputDataConfig=None)
        cloud.sagemaker.create_training_job(**request)

    jobs = [cloud.ended(name) for name in names]

    assert {job["TrainingJobStatus"] for job in jobs} == {"Completed"}
    turns = [job["SecondaryStatusTransitions"] for job in jobs]
    begun = [[t["StartTime"] for t in turn if t["Status"] == "Starting"][-1] for turn in turns]
    ended = [turn[-1]["EndTime"] for turn in turns]
    assert begun == sorted(begun)
    at_once = [sum(b <= moment < e for b, e in zip(begun, ended, strict=True)) for moment in begun]
    assert max(at_once) == 2


def test_a_job_that_prints_without_end_costs_the_cloud_no_memory(own_cloud: LiveCloud) -> None:
    before = memory_of(own_cloud)
    script = f"line = 'x' * 1023\nfor _ in range({LOG_MEGABYTES} * 1024): print(line)\nprint('end')"

    own_cloud.train("much", script, InputDataConfig=None)

    job = own_cloud.ended("much")
    assert job["TrainingJobStatus"] == "Completed", job["FailureReason"]
    assert memory_of(own_cloud) - before < 150 * 1024 * 1024


def memory_of(cloud: LiveCloud) -> int:
    pages = int(Path("/proc", str(cloud.process.pid), "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_a_job_that_ends_at_once_is_complete(own_cloud: LiveCloud) -> None:
    own_cloud.train("at-once", "import os\nos._exit(0)", InputDataConfig=None)

    assert own_cloud.ended("at-once")["TrainingJobStatus"] == "Completed"


def test_a_job_that_forks_and_ignores_the_stop_leaves_nothing(own_cloud: LiveCloud) -> None:
    own_cloud.train("stubborn", STUBBORN, InputDataConfig=None)
    until(lambda: "begun" in own_cloud.lines("stubborn"))
    assert len(jobs_processes(own_cloud)) >= 5

    own_cloud.sagemaker.stop_training_job(TrainingJobName="stubborn")

    assert own_cloud.ended("stubborn")["TrainingJobStatus"] == "Stopped"
    until(lambda: jobs_processes(own_cloud) == [])


@pytest.mark.parametrize("seconds", [0, 0.05, 0.15, 0.4])
def test_a_killed_cloud_leaves_no_process_and_fails_its_jobs(
    own_cloud: LiveCloud, seconds: float
) -> None:
    names = [f"killed-{seconds}".replace(".", "-") + f"-{number}" for number in range(4)]
    for name in names:
        own_cloud.train(name, STUBBORN, InputDataConfig=None)
    time.sleep(seconds)  # the moment is what this test is about

    own_cloud.kill()
    until(lambda: jobs_processes(own_cloud) == [])
    own_cloud.start()
    prepare(own_cloud)

    for name in names:
        job = own_cloud.ended(name)
        assert job["TrainingJobStatus"] == "Failed"
        assert job["FailureReason"].startswith("InternalServerError: The local cloud ended while")
    assert not list((own_cloud.state / "sagemaker" / "jobs").rglob("killed-*"))
