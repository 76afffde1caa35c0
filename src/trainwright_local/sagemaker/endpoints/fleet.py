"""What serves: deployments brought up, exchanged and ended in the background."""

import logging
import shutil
import threading
from collections.abc import Callable
from functools import partial

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.api.tags import detach
from trainwright_local.sagemaker.endpoints.deployment import Deployment
from trainwright_local.sagemaker.endpoints.errors import DeploymentError
from trainwright_local.sagemaker.endpoints.places import Place, folder_of, place_of
from trainwright_local.sagemaker.endpoints.records import (
    NEXT,
    SERVING,
    change,
    counts_of,
    endpoints,
    limits_of,
    settle,
    unsettle,
    weights_of,
)
from trainwright_local.sagemaker.endpoints.rollout import Rollout
from trainwright_local.sagemaker.endpoints.runtime import Runtime
from trainwright_local.sagemaker.endpoints.threads import together
from trainwright_local.sagemaker.endpoints.traffic import Traffic
from trainwright_local.sagemaker.parts import Service, part
from trainwright_local.sagemaker.store import Record

LONGEST_REASON = 1024

_log = logging.getLogger(__name__)


@part
class Endpoints:
    """The live endpoints of all accounts and regions."""

    def __init__(self, service: Service) -> None:
        self.runtime = Runtime()
        self._service = service
        self._serving: dict[Place, Traffic] = {}
        self._starting: set[Deployment] = set()
        self._lock = threading.Lock()
        self._closing = threading.Event()

    def start(self) -> None:
        """Bring back what was serving, and go on with what was being done."""
        for account, region in self._service.stores.places():
            context = Context(account, region, self._service)
            for record in endpoints(context).list():
                self._resume(record, context)

    def close(self) -> None:
        """End every server at once."""
        with self._lock:
            self._closing.set()
            serving = [d for traffic in self._serving.values() for d in traffic.deployments]
            running = {*serving, *self._starting}
        grace = self._service.config.grace_seconds
        together([partial(deployment.stop, grace) for deployment in running])
        self.runtime.close()

    def create(self, name: str, context: Context) -> None:
        """Bring up what a new endpoint is to serve."""
        self._in_background(self._create, name, context)

    def update(self, name: str, context: Context) -> None:
        """Bring up what an endpoint is to serve next, then exchange it for what it serves."""
        self._in_background(self._update, name, context)

    def resize(self, name: str, context: Context) -> None:
        """Give the variants of an endpoint the weights and instances they are to have."""
        self._in_background(self._resize, name, context)

    def delete(self, name: str, context: Context) -> None:
        """End what an endpoint serves, and forget the endpoint."""
        self._in_background(self._delete, name, context)

    def traffic(self, name: str, context: Context) -> Traffic | None:
        """Return what serves an endpoint; None when there is no such endpoint in service."""
        return self._serving.get(place_of(name, context))

    def _resume(self, record: Record, context: Context) -> None:
        name = record["EndpointName"]
        if record["EndpointStatus"] == "Creating":
            self.create(name, context)
        elif record["EndpointStatus"] == "Deleting":
            self.delete(name, context)
        elif SERVING in record:
            self._in_background(self._come_back, name, context)

    def _come_back(self, name: str, context: Context) -> None:
        record = _record(name, context)
        try:
            self._serve(name, record[SERVING], context)
        except DeploymentError as error:
            self._fail(name, context, str(error))
            return
        if record["EndpointStatus"] in ("Updating", "RollingBack"):
            (self._update if NEXT in record else self._resize)(name, context)
        elif record["EndpointStatus"] == "Failed":  # at an earlier start
            change(name, context, "InService", _clear)

    def _create(self, name: str, context: Context) -> None:
        try:
            self._serve(name, _record(name, context)[NEXT], context)
        except DeploymentError as error:
            self._fail(name, context, str(error))
        else:
            change(name, context, "InService", _switch)

    def _update(self, name: str, context: Context) -> None:
        record = _record(name, context)
        traffic, target = self._serving[place_of(name, context)], record[NEXT]
        green = self._enlist(name, target, context)
        try:
            Rollout(traffic, green, target, context).run(name, self._closing)
        except DeploymentError as error:
            # What served before goes on, in service: only the reason tells.
            self._fail(name, context, str(error))
            self._discard(green)
            self._forget(target, name, context)
            return
        except BaseException:
            self._discard(green)
            raise
        replaced = traffic.serving
        with self._lock:
            traffic.settle(green, target)
            self._starting.discard(green)
        change(name, context, "InService", _switch)
        replaced.retire()
        self._forget(record[SERVING], name, context)

    def _resize(self, name: str, context: Context) -> None:
        traffic = self._serving[place_of(name, context)]
        target = _record(name, context)[SERVING]
        try:
            traffic.serving.scale(counts_of(target))
        except DeploymentError as error:
            reason = str(error)
            change(name, context, "RollingBack", lambda record: unsettle(record[SERVING]))
            self._fail(name, context, reason)
            return
        traffic.serving.weigh(weights_of(target))
        traffic.serving.limit(limits_of(target))
        change(name, context, "InService", lambda record: settle(record[SERVING]))

    def _delete(self, name: str, context: Context) -> None:
        with self._lock:
            traffic = self._serving.pop(place_of(name, context), None)
        if traffic is not None:
            traffic.serving.retire()
        shutil.rmtree(folder_of(name, context), ignore_errors=True)
        record = endpoints(context).delete(name)
        if record is not None:
            detach(context, record["EndpointArn"])

    def _serve(self, name: str, target: Record, context: Context) -> None:
        """Bring *target* up and let it serve."""
        deployment = self._enlist(name, target, context)
        try:
            deployment.start()
            with self._lock:
                self._refuse_when_closing()
                self._serving[place_of(name, context)] = Traffic(deployment, target)
        finally:
            with self._lock:
                self._starting.discard(deployment)

    def _enlist(self, name: str, target: Record, context: Context) -> Deployment:
        """Return a deployment that is ended with the cloud, whatever it is doing then."""
        deployment = Deployment(name, target, context)
        with self._lock:
            self._refuse_when_closing()
            self._starting.add(deployment)
        return deployment

    def _discard(self, deployment: Deployment) -> None:
        deployment.retire()
        with self._lock:
            self._starting.discard(deployment)

    def _refuse_when_closing(self) -> None:
        if self._closing.is_set():
            raise DeploymentError("The local cloud is being stopped.")

    def _fail(self, name: str, context: Context, reason: str) -> None:
        if self._closing.is_set():
            return  # its servers were stopped, not unhealthy: it is taken up at the next start

        def alter(record: Record) -> None:
            record.pop(NEXT, None)
            record["FailureReason"] = reason[:LONGEST_REASON]

        serves = place_of(name, context) in self._serving
        change(name, context, "InService" if serves else "Failed", alter)

    def _forget(self, target: Record, name: str, context: Context) -> None:
        """Remove the files of a target, unless it is to be taken up at the next start."""
        if not self._closing.is_set():
            shutil.rmtree(folder_of(name, context) / target["Id"], ignore_errors=True)

    def _in_background(
        self, task: Callable[[str, Context], None], name: str, context: Context
    ) -> None:
        def run() -> None:
            try:
                task(name, context)
            except Exception:
                # The top of a background task: the fault is ours, and the endpoint must show it.
                _log.exception("Endpoint %s failed", name)
                self._fail(name, context, "An internal failure occurred. See the cloud's log.")

        threading.Thread(target=run, name=f"endpoint-{name}", daemon=True).start()


def _record(name: str, context: Context) -> Record:
    record = endpoints(context).get(name)
    assert record is not None
    return record


def _switch(record: Record) -> None:
    record[SERVING] = record.pop(NEXT)
    record[SERVING].pop("Stage", None)
    record["EndpointConfigName"] = record[SERVING]["EndpointConfigName"]
    _clear(record)


def _clear(record: Record) -> None:
    record.pop("FailureReason", None)
