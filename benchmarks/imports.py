"""Import time of every handler, beside that of AWS's SDK for SageMaker on the same interpreter."""

import compileall
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from benchmarks.bench import LAYER, ROOT, Bench
from benchmarks.table import Row, Table, Unit

RUNS = 9
WORST_SECONDS = 0.2
PART_OF_SDK = 1 / 8
SDK = "from sagemaker.train import ModelTrainer"
OF_THE_RUNTIME = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3")
"""What Lambda's Python has beside the standard library."""

_TIMED = """
import sys, time
sys.path[:0] = sys.argv[2:]
started = time.perf_counter()
exec(sys.argv[1])
print(time.perf_counter() - started)
"""
_NOTES = (
    (
        "A handler sees what it sees on Lambda: its package, the layer as built, boto3, the "
        "standard library. Both it and the SDK are imported from compiled bytecode, after a "
        "first import that is not counted. The layer carries none, as its folder is read-only "
        "on Lambda: what the first import there takes stands in the row 'not compiled'."
    ),
    (
        f"The SDK is `{SDK}` (sagemaker 3): `import sagemaker` alone is an empty namespace "
        "there, and this class is what its users train with."
    ),
    "boto3 is not imported with a handler but at its first call.",
)


def measure(bench: Bench) -> Table:
    """Import every handler several times, each in a fresh interpreter, and the SDK as often."""
    bench.say("importing handlers and SDK ...")
    runtime = _runtime(bench.scratch / "runtime")
    compiled = bench.scratch / "compiled"
    shutil.copytree(bench.built, compiled)
    compileall.compile_dir(compiled, quiet=1)
    handlers = {
        function.name: [str(compiled / function.name), str(compiled / LAYER / "python"), runtime]
        for function in bench.built_functions
    }
    times = _round_robin(handlers)
    worst = max(times, key=lambda name: median(times[name]))
    as_built = [str(bench.built / worst), str(bench.built / LAYER / "python"), runtime]
    extra = [
        Row("worst of them, and boto3", _times("import app, boto3", handlers[worst]), _MS),
        Row("worst of them, not compiled", _times("import app", as_built, keep=False), _MS),
    ]
    sdk = _times(SDK, [], python=ROOT / ".sdk3" / "bin" / "python")
    return Table("Imports", [*_rows(times, sdk), *extra], _NOTES)


_MS = Unit.MILLISECONDS


def _rows(times: dict[str, list[float]], sdk: list[float]) -> Iterable[Row]:
    yield from (Row(name, taken, _MS, WORST_SECONDS) for name, taken in times.items())
    medians = [median(taken) for taken in times.values()]
    yield Row("median of the handlers", medians, _MS)
    yield Row("the SDK", sdk, _MS)
    ratio = median(medians) / median(sdk)
    yield Row("median of the handlers / the SDK", [ratio], Unit.RATIO, PART_OF_SDK)


def _round_robin(handlers: Mapping[str, Sequence[str]]) -> dict[str, list[float]]:
    """Import each in turn, again and again: what disturbs the machine for a while hits them all."""
    times: dict[str, list[float]] = {name: [] for name in handlers}
    for _ in range(RUNS):
        for name, paths in handlers.items():
            times[name] += _times("import app", paths, runs=1)
    return times


def _times(
    statement: str,
    paths: Sequence[str],
    *,
    python: Path | None = None,
    keep: bool = True,
    runs: int = RUNS,
) -> list[float]:
    """Run *statement* in fresh interpreters; bytecode is not written unless *keep*."""
    # Without site-packages but for the SDK, whose environment is its own.
    options = ["-I"] if python else ["-I", "-S"]
    command = [str(python or sys.executable), *options, *(() if keep else ("-B",))]
    taken = [_run([*command, "-c", _TIMED, statement, *paths]) for _ in range(runs + 1)]
    return taken[1:]


def _run(command: Sequence[str]) -> float:
    environment = {"AWS_DEFAULT_REGION": "us-east-1", "HOME": "/nonexistent"}
    done = subprocess.run(
        command, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True
    )
    return float(done.stdout.splitlines()[-1])


def _runtime(folder: Path) -> str:
    """Make a folder that has boto3 and what it needs, and nothing else of this environment."""
    folder.mkdir()
    for name in OF_THE_RUNTIME:
        spec = find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        source = Path(spec.origin)
        source = source.parent if spec.submodule_search_locations else source
        (folder / source.name).symlink_to(source)
    return str(folder)
