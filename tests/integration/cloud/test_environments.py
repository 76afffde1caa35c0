"""Execution environments of functions."""

import io
import time
import uuid
import zipfile

import pytest
from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from tests.integration.cloud.account import Account
from trainwright_local.cloud.repairs import environments


def layer(account: Account) -> str:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("python/shared.py", "number = 42")
    published = account.client("lambda").publish_layer_version(
        LayerName=f"layer-{uuid.uuid4().hex[:8]}", Content={"ZipFile": archive.getvalue()}
    )
    return str(published["LayerVersionArn"])


def where_it_is_compiled(account: Account, layer_arn: str) -> str:
    source = "import shared\ndef handler(event, context): return [shared.number, shared.__cached__]"
    function = account.function(source)
    account.client("lambda").update_function_configuration(
        FunctionName=function, Layers=[layer_arn]
    )
    number, compiled = account.invoke(function)
    assert number == 42
    return str(compiled)


def test_a_layer_is_compiled_once_for_all_functions(repaired: Account, unrepaired: Account) -> None:
    ours, stock = layer(repaired), layer(unrepaired)

    assert where_it_is_compiled(repaired, ours) == where_it_is_compiled(repaired, ours)
    assert where_it_is_compiled(unrepaired, stock) != where_it_is_compiled(unrepaired, stock)


class IdleWorker:
    """What the pool keeps of an environment."""

    config: dict[str, str] = {}
    _proc = None

    def __init__(self, *, idle_seconds: float, in_use: bool = False) -> None:
        self.last_used = time.time() - idle_seconds
        self.in_use = in_use

    def _discard_tmpdir(self) -> None:
        pass


def test_idle_environments_are_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def pools() -> dict[str, list[IdleWorker]]:
        return {
            "idle": [IdleWorker(idle_seconds=1000), IdleWorker(idle_seconds=1000)],
            "busy": [IdleWorker(idle_seconds=1000, in_use=True)],
            "recent": [IdleWorker(idle_seconds=0)],
        }

    monkeypatch.setattr(lambda_runtime, "_workers", pools())
    lambda_runtime.reap_idle_workers()
    assert set(lambda_runtime._workers) == {"idle", "busy", "recent"}

    for module in (lambda_runtime, lambda_svc):  # the repair changes both; undone afterwards
        monkeypatch.setattr(module, "reap_idle_workers", module.reap_idle_workers)
    environments.end_idle_environments()
    monkeypatch.setattr(lambda_runtime, "_workers", pools())

    assert lambda_svc.reap_idle_workers() == 2

    assert set(lambda_runtime._workers) == {"busy", "recent"}
