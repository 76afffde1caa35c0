"""What a step in a process of its own costs: the slope between short and long chains."""

from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.pipelines.app import PipelineApp, with_pipelines
from benchmarks.pipelines.chains import write_flow, write_pipeline
from benchmarks.pipelines.commands import PEERS, for_metaflow, python_of, timed
from benchmarks.table import Row, Table, Unit

FEW, MANY = 5, 45
RUNS = 3
PART_OF_METAFLOW = 1 / 2
_OURS = "ours, on the local cloud"
_METAFLOW = "Metaflow, run"
_KUBEFLOW = "Kubeflow, SubprocessRunner"
_NOTES = (
    (
        f"Chains of steps that do nothing: a step is the time of {MANY} of them less that of "
        f"{FEW}, divided by {MANY - FEW}, so that starting and planning are not in it. Each step "
        "is a process of its own with all three. Ours is a processing job of the local SageMaker "
        "between two state machines: inputs from S3, code unpacked, logs to CloudWatch, outputs "
        "to S3; the others write files."
    ),
    (
        "Kubeflow runs without the virtual environment it makes for each step unless told not "
        "to, and without installing itself anew. Metaflow's metadata and data are local."
    ),
)

type Chain = Callable[[int], float]
"""Gives the seconds of a chain of so many steps."""


def measure(bench: Bench) -> Table:
    """Run the short and the long chain with each in turn."""
    folder = bench.scratch / "chains"
    taken: dict[str, list[float]] = {}
    with with_pipelines(bench, "pipeline-steps") as app:
        chains: Mapping[str, Chain] = {
            _OURS: _ours(app, folder / "ours"),
            _METAFLOW: _metaflow(folder / "metaflow"),
            _KUBEFLOW: _kubeflow(folder / "kubeflow"),
        }
        for name, chain in chains.items():
            bench.say(f"{name}, not counted ...")
            chain(FEW)
        for number in range(RUNS):
            for name, chain in chains.items():
                bench.say(f"{name}, {number + 1} of {RUNS} ...")
                few = chain(FEW)
                taken.setdefault(name, []).append((chain(MANY) - few) / (MANY - FEW))
    rows = [Row(f"a step, {name}", slopes, Unit.SECONDS) for name, slopes in taken.items()]
    parts = [ours / other for ours, other in zip(taken[_OURS], taken[_METAFLOW], strict=True)]
    return Table(
        "A step of a pipeline",
        [*rows, Row("ours / Metaflow's", parts, Unit.RATIO, PART_OF_METAFLOW)],
        _NOTES,
    )


def _ours(app: PipelineApp, folder: Path) -> Chain:
    published = {
        steps: app.publish(write_pipeline(folder / str(steps), steps)) for steps in (FEW, MANY)
    }
    return lambda steps: app.run(published[steps]).seconds


def _metaflow(folder: Path) -> Chain:
    flows = {steps: write_flow(folder / str(steps), steps) for steps in (FEW, MANY)}

    def seconds(steps: int) -> float:
        command = [python_of(".metaflow"), str(flows[steps]), "run"]
        return timed(command, for_metaflow(folder), folder).seconds

    return seconds


def _kubeflow(folder: Path) -> Chain:
    folder.mkdir(parents=True)
    command = [python_of(".kfp"), str(PEERS / "kubeflow_chain.py")]
    return lambda steps: timed([*command, str(steps), str(folder)], {}, folder).seconds
