"""How long it takes to plan a pipeline of 1,000 steps, from the start of a process to its end."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import boto3

from benchmarks.bench import ROOT, Bench
from benchmarks.pipelines.chains import write_flow, write_pipeline
from benchmarks.pipelines.commands import BENCH, PEERS, Timed, for_metaflow, python_of, timed
from benchmarks.table import Row, Table, Unit
from trainwright_local.cloud.record import CloudInfo

STEPS = 1000
STEPS_OF_METAFLOW = 100
"""It takes minutes for 1,000."""
RUNS = 5
SECONDS = 0.8
_OURS = "read, validated, planned"
_SDK = "SageMaker SDK, Pipeline.definition()"
_METAFLOW = f"Metaflow, step-functions create --only-json, {STEPS_OF_METAFLOW} steps"
_NOTES = (
    (
        f"A chain of {STEPS:,} steps, each of which reads what the one before it wrote. By the "
        "clock, from the start of a fresh process to its end, imports included; 'processor' is "
        "what the processors worked for it, which other processes disturb less. Ours reads the "
        "conf.yaml, checks all of it, packs the code and makes every request."
    ),
    (
        "The SDK is sagemaker 2, for which the original is written. Metaflow has a chain of "
        f"{STEPS_OF_METAFLOW} steps: with {STEPS:,} it meets Python's limit of recursion, and "
        "takes many minutes without that. For each step it asks AWS Batch, here the local "
        "cloud, and registers a job definition."
    ),
)


def measure(bench: Bench) -> Table:
    """Plan the same chain in turn with each, several times."""
    folder = bench.scratch / "planning"
    ours = write_pipeline(folder / "ours", STEPS)
    flow = write_flow(folder / "metaflow", STEPS_OF_METAFLOW)
    with bench.cloud("pipeline-planning") as cloud:
        _prepare_for_metaflow(cloud)
        commands: Mapping[str, Callable[[], Timed]] = {
            _OURS: lambda: _ours(ours),
            _SDK: lambda: _sdk(folder),
            _METAFLOW: lambda: _metaflow(flow, cloud),
        }
        for name, run in commands.items():
            bench.say(f"{name}, not counted ...")
            run()
        bench.say("each in turn ...")
        taken: dict[str, list[Timed]] = {name: [] for name in commands}
        for _ in range(RUNS):
            for name, run in commands.items():
                taken[name].append(run())
    return Table("Planning a pipeline of 1,000 steps", _rows(taken), _NOTES)


def _rows(taken: Mapping[str, list[Timed]]) -> list[Row]:
    by_clock = [
        Row(name, [it.seconds for it in runs], Unit.SECONDS, SECONDS if name == _OURS else None)
        for name, runs in taken.items()
    ]
    of_processor = [
        Row(f"{name}, processor", [it.processor_seconds for it in runs], Unit.SECONDS)
        for name, runs in taken.items()
    ]
    return [*by_clock, *of_processor]


def _ours(path: Path) -> Timed:
    module = ("-m", "benchmarks.pipelines.plan_ours", str(path))
    return _all_steps(timed([sys.executable, *module], {"PYTHONPATH": str(ROOT)}, path.parent))


def _sdk(folder: Path) -> Timed:
    script = str(PEERS / "sagemaker_definition.py")
    return _all_steps(timed([python_of(".sdk2"), script, str(STEPS)], {}, folder))


def _metaflow(flow: Path, cloud: CloudInfo) -> Timed:
    options = ("--datastore=s3", "step-functions", "create", "--only-json")
    settings = for_metaflow(flow.parent, cloud)
    found = timed([python_of(".metaflow"), str(flow), *options], settings, flow.parent)
    assert f"step_{STEPS_OF_METAFLOW - 2}" in found.output
    return found


def _all_steps(found: Timed) -> Timed:
    assert int(found.output.split()[-1]) == STEPS, found.output
    return found


def _prepare_for_metaflow(cloud: CloudInfo) -> None:
    """Make what Metaflow looks for: a bucket, and a queue of AWS Batch."""
    session = boto3.Session(cloud.access_key_id, cloud.secret_access_key, region_name=cloud.region)
    session.client("s3", endpoint_url=cloud.endpoint_url).create_bucket(Bucket=BENCH)
    batch = session.client("batch", endpoint_url=cloud.endpoint_url)
    machines = {"type": "FARGATE", "maxvCpus": 4, "subnets": ["subnet-1"], "securityGroupIds": []}
    batch.create_compute_environment(
        computeEnvironmentName=BENCH, type="MANAGED", computeResources=machines
    )
    order = [{"order": 1, "computeEnvironment": BENCH}]
    batch.create_job_queue(jobQueueName=BENCH, priority=1, computeEnvironmentOrder=order)
