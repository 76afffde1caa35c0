"""Endpoints of the local SageMaker beside the bare model server, MLflow and BentoML."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import joblib
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from benchmarks import servers
from benchmarks.bench import Bench
from benchmarks.load import Measured, Target, load, request
from benchmarks.local_sagemaker import LocalSageMaker
from benchmarks.processes import Memory, memory_of
from benchmarks.table import Row, Table, Unit

ROUNDS = 5
SECONDS = 2.0
CONNECTIONS = (1, 8)
IDLE_ENDPOINTS = 3
ROWS = [[5.1, 3.5, 1.4, 0.2]]
ENDPOINT, BARE = "InvokeEndpoint", "bare model server"
LEAST_OF_BARE = 0.8
MORE_SECONDS = 0.003
_NOTES = (
    (
        "One row of four numbers as JSON, classified by one logistic regression of scikit-learn in "
        "every server, each with one worker; MLflow and BentoML want a name around the same "
        "numbers. One process sends, over 1 or 8 kept connections, on the machine of the servers, "
        "whose processors it shares with them. The servers take turns for "
        f"{SECONDS:g} s, {ROUNDS} times. 'p99' is that of a turn."
    ),
    (
        "InvokeEndpoint passes through the local cloud, which verifies the signature of each "
        "request and the caller's right to it. It was signed once, before: a client's time to "
        "sign is the client's. What is the same in many requests is validated once. On few "
        "processors there is one process more to share them."
    ),
    (
        "Memory of an idle endpoint is that of its processes and what the cloud has grown by, the "
        f"mean of {IDLE_ENDPOINTS} endpoints; that of the others is of all their processes."
    ),
)
type Results = dict[tuple[str, int], list[Measured]]


def measure(bench: Bench) -> Table:
    """Let all of them serve the same model, and ask each in turn."""
    model = _model(bench.scratch / "model.joblib")
    with ExitStack() as stack:
        cloud = stack.enter_context(bench.cloud("serving"))
        sagemaker = LocalSageMaker(cloud)
        bench.say("starting the model server, MLflow and BentoML ...")
        bare = stack.enter_context(servers.bare(bench, model))
        mlflow = stack.enter_context(servers.mlflow(bench, model))
        bento = stack.enter_context(servers.bentoml(bench, model))
        bench.say("deploying endpoints ...")
        each = _endpoints(sagemaker, model)
        targets = {
            BARE: _target(bare, "/invocations", ROWS),
            ENDPOINT: sagemaker.invocation("bench-0", json.dumps(ROWS).encode()),
            "MLflow": _target(mlflow, "/invocations", {"inputs": ROWS}),
            "BentoML": _target(bento, "/predict", {"rows": ROWS}),
        }
        bench.say("asking ...")
        results = _in_turns(targets)
        others = {"MLflow": memory_of(mlflow.pid), "BentoML": memory_of(bento.pid)}
        memories = {"an idle endpoint": each, BARE: memory_of(bare.pid), **others}
    rows = [*_rows(results), *_compared(results), *_memory(memories)]
    return Table("Endpoints of the local SageMaker", rows, _NOTES)


def _model(path: Path) -> Path:
    """Train what all of them serve."""
    data, classes = load_iris(return_X_y=True)
    joblib.dump(LogisticRegression(max_iter=1000).fit(data, classes), path)
    return path


def _target(server: servers.Server, path: str, body: object) -> Target:
    return Target(server.port, request(path, json.dumps(body).encode(), {}, server.port))


def _endpoints(sagemaker: LocalSageMaker, model: Path) -> Memory:
    """Deploy some endpoints; give what one of them takes."""
    code = (servers.CLASSIFIER / "inference.py").read_bytes()
    files = {"model.joblib": model.read_bytes(), "code/inference.py": code}
    sagemaker.serve("bench-0", files)
    before = memory_of(sagemaker.cloud.pid)
    for number in range(1, IDLE_ENDPOINTS + 1):
        sagemaker.serve(f"bench-{number}", files)
    after = memory_of(sagemaker.cloud.pid)
    known = before.proportional is not None and after.proportional is not None
    return Memory(
        (after.resident - before.resident) // IDLE_ENDPOINTS,
        ((after.proportional or 0) - (before.proportional or 0)) // IDLE_ENDPOINTS
        if known
        else None,
        (after.processes - before.processes) // IDLE_ENDPOINTS,
    )


def _in_turns(targets: Mapping[str, Target]) -> Results:
    """Load each in turn, again and again: what disturbs the machine for a while hits them all."""
    for target in targets.values():
        load(target, max(CONNECTIONS), SECONDS / 2)
    results: Results = {}
    for _ in range(ROUNDS):
        for name, target in targets.items():
            for connections in CONNECTIONS:
                measured = load(target, connections, SECONDS)
                results.setdefault((name, connections), []).append(measured)
    return results


def _rows(results: Results) -> Iterator[Row]:
    for connections in CONNECTIONS:
        on = f"on {connections} connection{'s' * (connections > 1)}"
        for (name, number), turns in results.items():
            if number == connections:
                yield Row(f"{name}, {on}", [t.per_second for t in turns], Unit.PER_SECOND)
                yield Row("- p50", [turn.median for turn in turns], Unit.FINE_MILLISECONDS)
                yield Row("- p99", [turn.slow for turn in turns], Unit.FINE_MILLISECONDS)


def _compared(results: Results) -> Iterator[Row]:
    """Compare the endpoint with the bare server, turn by turn."""
    for connections in CONNECTIONS:
        on = f"on {connections} connection{'s' * (connections > 1)}"
        pairs = list(zip(results[ENDPOINT, connections], results[BARE, connections], strict=True))
        ratios = [endpoint.per_second / bare.per_second for endpoint, bare in pairs]
        yield Row(f"{ENDPOINT} / {BARE}, {on}", ratios, Unit.RATIO, LEAST_OF_BARE, at_least=True)
        more = [endpoint.median - median(bare.median for _, bare in pairs) for endpoint, _ in pairs]
        yield Row(f"- more at p50, {on}", more, Unit.FINE_MILLISECONDS, MORE_SECONDS)


def _memory(memories: Mapping[str, Memory]) -> Iterator[Row]:
    for name, memory in memories.items():
        yield Row(f"memory of {name}, RSS", [memory.resident], Unit.MEGABYTES)
        if memory.proportional is not None:
            yield Row("- PSS", [memory.proportional], Unit.MEGABYTES)
