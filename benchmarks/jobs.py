"""How long a training job of the local SageMaker takes to begin."""

import time
import uuid

from benchmarks.bench import Bench
from benchmarks.local_sagemaker import LocalSageMaker
from benchmarks.table import Row, Table, Unit

WARM_RUNS = 10
COLD_RUNS = 3
_SCRIPT = b"import time\nprint(f'first line at {time.time()}', flush=True)\n"
_NOTES = (
    (
        "From the call of CreateTrainingJob to the first line of the script, by its own clock. "
        "The source is in S3, there is no data. Cold: the environment is made, as the source "
        "has a requirements.txt that no job had; its packages are in uv's cache. "
        "Warm: it is there."
    ),
    "'All of it' is to the end of the job, whose script ends at once.",
)


def measure(bench: Bench) -> Table:
    """Run jobs that do nothing, one after the other."""
    with bench.cloud("jobs") as cloud:
        sagemaker = LocalSageMaker(cloud)
        bench.say("jobs in environments that are to be made ...")
        cold = [_times(sagemaker, f"cold-{number}", cold=True) for number in range(COLD_RUNS)]
        _times(sagemaker, "first")
        bench.say("jobs in an environment that is there ...")
        warm = [_times(sagemaker, f"warm-{number}") for number in range(WARM_RUNS)]
    rows = [
        Row("CreateTrainingJob to the first line, warm", [run[0] for run in warm], Unit.SECONDS),
        Row("CreateTrainingJob to the first line, cold", [run[0] for run in cold], Unit.SECONDS),
        Row("all of it, warm", [run[1] for run in warm], Unit.SECONDS),
    ]
    return Table("Training jobs of the local SageMaker", rows, _NOTES)


def _times(sagemaker: LocalSageMaker, name: str, *, cold: bool = False) -> tuple[float, float]:
    """Run a job; give the seconds until its first line and until its end."""
    files = {"train.py": _SCRIPT}
    if cold:
        files["requirements.txt"] = f"# {uuid.uuid4()}\n".encode()
    started = time.time()
    sagemaker.train(name, files)
    ended = sagemaker.ended(name)
    line = next(line for line in sagemaker.lines(name) if line.startswith("first line at "))
    return float(line.rpartition(" ")[2]) - started, ended - started
