"""What serves: deployments brought up, exchanged and ended in the background."""

import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.api.tags import detach
from trainwright_local.sagemaker.endpoints.deployment import Deployment, all_at_once, folder_of
from trainwright_local.sagemaker.endpoints.errors import DeploymentError
from trainwright_local.sagemaker.endpoints.records import NEXT, SERVING, change, endpoints
from trainwright_local.sagemaker.parts import Service, part
from trainwright_local.sagemaker.store import Record

LONGEST_REASON = 1024

type Place = tuple[str, str, str]
"""Account, region and name of an endpoint."""

_log = logging.getLogger(__name__)


@part
class Endpoints:
    """The live endpoints of all accounts and regions."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._serving: dict[Place, Deployment] = {}
        self._starting: set[Deployment] = set()
        self._lock = threading.Lock()
        self._closed = False

    def start(self) -> None:
        """Bring back what was serving, and go on with what was being done."""
        for account, region in self._service.stores.places():
            context = Context(account, region, self._service)
            for record in endpoints(context).list():
                self._resume(record, context)

    def close(self) -> None:
        """End every server at once."""
        with self._lock:
            self._closed = True
            running = [*self._serving.values(), *self._starting]
        all_at_once([partial(deployment.stop, self._grace) for deployment in running])

    def create(self, name: str, context: Context) -> None:
        """Bring up what a new endpoint is to serve."""
        self._in_background(self._create, name, context)

    def update(self, name: str, context: Context) -> None:
        """Bring up what an endpoint is to serve next, then exchange it for what it serves."""
        self._in_background(self._update, name, context)

    def delete(self, name: str, context: Context) -> None:
        """End what an endpoint serves, and forget the endpoint."""
        self._in_background(self._delete, name, context)

    @contextmanager
    def serving(self, name: str, context: Context) -> Iterator[Deployment | None]:
        """Hold on to what serves an endpoint, so that it is not stopped meanwhile."""
        place = _place(name, context)
        deployment = self._serving.get(place)
        while deployment is not None and not deployment.enter():
            # It was exchanged this very moment; what took its place is there already.
            replaced, deployment = deployment, self._serving.get(place)
            deployment = None if deployment is replaced else deployment
        try:
            yield deployment
        finally:
            if deployment is not None:
                deployment.leave()

    @property
    def _grace(self) -> float:
        return self._service.config.grace_seconds

    def _resume(self, record: Record, context: Context) -> None:
        name = record["EndpointName"]
        if record["EndpointStatus"] == "Creating":
            self.create(name, context)
        elif record["EndpointStatus"] == "Deleting":
            self.delete(name, context)
        elif SERVING in record:
            self._in_background(self._come_back, name, context)

    def _come_back(self, name: str, context: Context) -> None:
        record = endpoints(context).get(name)
        assert record is not None
        try:
            self._serve(name, record[SERVING], context)
        except DeploymentError as error:
            self._fail(name, context, str(error))
            return
        if record["EndpointStatus"] == "Updating":
            self._update(name, context)
        elif record["EndpointStatus"] == "Failed":  # at an earlier start
            change(name, context, "InService", _clear)

    def _create(self, name: str, context: Context) -> None:
        record = endpoints(context).get(name)
        assert record is not None
        try:
            self._serve(name, record[NEXT], context)
        except DeploymentError as error:
            self._fail(name, context, str(error))
        else:
            change(name, context, "InService", _switch)

    def _update(self, name: str, context: Context) -> None:
        record = endpoints(context).get(name)
        assert record is not None
        try:
            replaced = self._serve(name, record[NEXT], context)
        except DeploymentError as error:
            # What served before goes on, in service: only the reason tells.
            self._fail(name, context, str(error))
            self._forget(record[NEXT], name, context)
            return
        change(name, context, "InService", _switch)
        if replaced is not None:
            replaced.retire(self._grace)
            self._forget(record[SERVING], name, context)

    def _delete(self, name: str, context: Context) -> None:
        with self._lock:
            deployment = self._serving.pop(_place(name, context), None)
        if deployment is not None:
            deployment.retire(self._grace)
        shutil.rmtree(folder_of(name, context), ignore_errors=True)
        record = endpoints(context).delete(name)
        if record is not None:
            detach(context, record["EndpointArn"])

    def _serve(self, name: str, target: Record, context: Context) -> Deployment | None:
        """Bring *target* up and let it serve; return what served before."""
        deployment = Deployment(name, target, context)
        with self._lock:
            self._refuse_when_closed()
            self._starting.add(deployment)
        try:
            deployment.start()
            with self._lock:
                self._refuse_when_closed()
                place = _place(name, context)
                replaced = self._serving.get(place)
                self._serving[place] = deployment
        finally:
            with self._lock:
                self._starting.discard(deployment)
        return replaced

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise DeploymentError("The local cloud is being stopped.")

    def _fail(self, name: str, context: Context, reason: str) -> None:
        if self._closed:
            return  # its servers were stopped, not unhealthy: it is taken up at the next start

        def alter(record: Record) -> None:
            record.pop(NEXT, None)
            record["FailureReason"] = reason[:LONGEST_REASON]

        serves = _place(name, context) in self._serving
        change(name, context, "InService" if serves else "Failed", alter)

    def _forget(self, target: Record, name: str, context: Context) -> None:
        """Remove the files of a target, unless it is to be taken up at the next start."""
        if not self._closed:
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


def _place(name: str, context: Context) -> Place:
    return context.account, context.region, name


def _switch(record: Record) -> None:
    record[SERVING] = record.pop(NEXT)
    record["EndpointConfigName"] = record[SERVING]["EndpointConfigName"]
    _clear(record)


def _clear(record: Record) -> None:
    record.pop("FailureReason", None)
