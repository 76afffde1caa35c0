"""The queue of asynchronous inferences: kept on disk, so that a restart loses none.

Workers come when there is something to do and go when there is not: at most as many for an
endpoint as it may have inferences at once. An inference is forgotten only after its answer is in
S3: one that a killed cloud was at is made once more.
"""

import logging
import threading
from collections import defaultdict

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.endpoints.fleet import Endpoints
from trainwright_local.sagemaker.endpoints.inference import infer
from trainwright_local.sagemaker.endpoints.places import Place, place_of
from trainwright_local.sagemaker.parts import Service, part
from trainwright_local.sagemaker.store import Collection, Record

MOST_WORKERS = 32
"""What this machine does at once for one endpoint, whatever its configuration says."""
DEFAULT_AT_ONCE = 4
"""For each instance, where the configuration leaves it to SageMaker."""
LOOK_SECONDS = 1.0
logger = logging.getLogger(__name__)


def inferences(context: Context) -> Collection:
    """Return the inferences that are not done yet."""
    return context.store.collection("async-inferences")


@part
class Inferences:
    """What works on the queues of all endpoints."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._lock = threading.Lock()
        self._at: set[str] = set()
        self._workers: dict[Place, int] = defaultdict(int)
        self._closing = threading.Event()

    def start(self) -> None:
        """Go on with what was queued."""
        for account, region in self._service.stores.places():
            context = Context(account, region, self._service)
            for name in {inference["Endpoint"] for inference in inferences(context).list()}:
                self.wake(name, context)

    def close(self) -> None:
        """Begin nothing more."""
        self._closing.set()

    def wake(self, name: str, context: Context) -> None:
        """Have one worker more for an endpoint, unless it has as many as it may."""
        with self._lock:
            place = place_of(name, context)
            if self._closing.is_set() or self._workers[place] >= _most(name, context):
                return
            self._workers[place] += 1
        threading.Thread(
            target=self._work, args=(name, context), name=f"async-{name}", daemon=True
        ).start()

    def _work(self, name: str, context: Context) -> None:
        while (inference := self._next(name, context)) is not None:
            try:
                # Of an endpoint that is gone or not there yet nothing can be asked.
                if context.part(Endpoints).traffic(name, context) is None:
                    self._closing.wait(LOOK_SECONDS)
                elif infer(inference, context, self._closing):
                    inferences(context).delete(inference["Id"])
            except Exception:
                # The top of a worker: the fault is ours, and the others in the queue have none.
                logger.exception("Inference %s of %s failed", inference["Id"], name)
                inferences(context).delete(inference["Id"])
            finally:
                with self._lock:
                    self._at.discard(inference["Id"])

    def _next(self, name: str, context: Context) -> Record | None:
        """Take what is first in the queue; without anything this worker has ended."""
        with self._lock:
            if not self._closing.is_set() and _is_there(name, context):
                for inference in inferences(context).list():
                    if inference["Endpoint"] == name and inference["Id"] not in self._at:
                        self._at.add(inference["Id"])
                        return inference
            self._workers[place_of(name, context)] -= 1
            return None


def _is_there(name: str, context: Context) -> bool:
    """Whether there is such an endpoint; what was queued for one that is deleted goes with it."""
    if context.store.collection("endpoints").get(name) is not None:
        return True
    for inference in inferences(context).list():
        if inference["Endpoint"] == name:
            inferences(context).delete(inference["Id"])
    return False


def _most(name: str, context: Context) -> int:
    traffic = context.part(Endpoints).traffic(name, context)
    if traffic is None:
        return 1
    client = traffic.target.get("AsyncInferenceConfig", {}).get("ClientConfig", {})
    at_once: int = client.get("MaxConcurrentInvocationsPerInstance", DEFAULT_AT_ONCE)
    instances = sum(variant.count for variant in traffic.serving.variants)
    return min(MOST_WORKERS, max(1, at_once * instances))
