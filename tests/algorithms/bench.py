"""Where algorithms are tried: each is trained while the one before it is still being asked.

Two are alive at once, in training or served, for two cores and the memory of a small machine; so
the models of an algorithm go before the next but one begins.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Semaphore
from typing import Any

from botocore.exceptions import ClientError

from tests.algorithms import containers
from tests.algorithms.catalogue import Algorithm
from tests.algorithms.checks import Payload
from tests.algorithms.runs import Outcome, outcome_of, start
from tests.algorithms.samples import files_of, make_sample, settings_of
from tests.integration.stack.stack import Run, Stack, until
from trainwright.models.algorithm import RegisteredAlgorithm

ALIVE = 2
SERVICES = (
    "cloudformation",
    "dynamodb",
    "logs",
    "s3",
    "sagemaker",
    "sagemaker-runtime",
    "ssm",
    "stepfunctions",
)


@dataclass(frozen=True)
class Trained:
    """An algorithm that was published and trained on its sample."""

    stack: Stack
    algorithm: Algorithm
    registered: RegisteredAlgorithm
    sample: Path
    run: Run
    outcome: Outcome

    @property
    def job(self) -> dict[str, Any]:
        """The training job."""
        sagemaker = self.stack.client("sagemaker")
        return dict(sagemaker.describe_training_job(TrainingJobName=self.run.job))

    def ask(self, payload: Payload) -> bytes:
        """Send *payload* to the endpoint; a ClientError says what is wrong with it."""
        return self.send(
            payload.body(self.algorithm.folder, self.sample), payload.content_type, payload.accept
        )

    def send(self, body: bytes, content_type: str, accept: str) -> bytes:
        """Send *body* to the endpoint."""
        answer = self.stack.client("sagemaker-runtime").invoke_endpoint(
            EndpointName=f"{self.stack.name}-{self.algorithm.model}",
            Body=body,
            ContentType=content_type,
            Accept=accept,
        )
        return bytes(answer["Body"].read())


class Bench:
    """Publishes and trains *algorithms* ahead, in the order in which they are asked for."""

    def __init__(self, stack: Stack, scratch: Path, algorithms: Sequence[Algorithm]) -> None:
        self._stack = stack
        self._scratch = scratch
        self._closing = Event()
        self._slots = Semaphore(ALIVE)
        self._pool = ThreadPoolExecutor(ALIVE)
        for service in SERVICES:  # clients may be shared by threads, but not made by them
            stack.client(service)
        self._coming: dict[str, Future[Trained]] = {
            algorithm.name: self._pool.submit(self._train, algorithm) for algorithm in algorithms
        }

    def take(self, algorithm: Algorithm) -> Trained:
        """Wait until *algorithm* has been trained, well or not."""
        return self._coming[algorithm.name].result()

    def clear(self, algorithm: Algorithm) -> None:
        """Delete what serves *algorithm*, and let the next one come."""
        model = algorithm.model
        try:
            if self._stack.endpoint(model):
                name = f"{self._stack.name}-{model}"
                self._stack.client("sagemaker").delete_endpoint(EndpointName=name)
                until(lambda: self._stack.endpoint(model) is None, f"{name} to go", seconds=120)
        finally:
            self._slots.release()

    def close(self) -> None:
        """Begin nothing more."""
        self._closing.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._slots.release(ALIVE)

    def _train(self, algorithm: Algorithm) -> Trained:
        self._slots.acquire()
        assert not self._closing.is_set(), "the session ends"
        if algorithm.container:
            containers.push(algorithm.container, self._stack)
        registration = self._stack.publish(algorithm.folder)
        assert registration["problems"] == []
        place = f"algorithms/{algorithm.name}/{registration['version']}/algorithm.json"
        registered = RegisteredAlgorithm.model_validate_json(self._stack.text(place))
        sample = make_sample(algorithm, registered, self._scratch)
        files, settings = files_of(sample), settings_of(sample)
        run = start(self._stack, algorithm.name, algorithm.model, files, settings)
        return Trained(self._stack, algorithm, registered, sample, run, outcome_of(run))


def refusal_of(trained: Trained, payload: Payload) -> tuple[int, str]:
    """Send *payload*, which must be refused; give the model's status and message."""
    runtime = trained.stack.client("sagemaker-runtime")
    try:
        answer = trained.ask(payload)
    except runtime.exceptions.ModelError as error:
        told = error.response
        return int(told["OriginalStatusCode"]), str(told["OriginalMessage"])
    except ClientError as error:
        return 0, str(error)
    return 200, answer[:300].decode(errors="replace")
