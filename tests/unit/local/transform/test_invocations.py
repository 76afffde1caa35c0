"""Requests to a model: what is tried again, what a container says of itself, and what counts."""

import asyncio
import threading
from typing import Any

import pytest

from trainwright_local.sagemaker.endpoints.calls import Call
from trainwright_local.sagemaker.endpoints.errors import ServerGoneError
from trainwright_local.sagemaker.endpoints.hosts import ContainerHost, Pipeline
from trainwright_local.sagemaker.transform.invocations import (
    InvocationError,
    Invocations,
    execution_parameters,
)
from trainwright_local.sagemaker.transform.limits import Limits, variables


class Reply:
    """An answer."""

    def __init__(self, status: int, body: bytes = b"") -> None:
        self.status = status
        self._body = body

    async def read(self) -> bytes:
        return self._body


class ScriptedHost:
    """A model that answers as it is told: with replies, or by raising."""

    def __init__(self, *answers: Reply | Exception) -> None:
        self._answers = list(answers)
        self.calls: list[Call] = []

    async def open(self, call: Call) -> Any:
        self.calls.append(call)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return type("Answering", (), {"reply": answer})


def invocations(host: ScriptedHost, **members: Any) -> Invocations:
    host_as_any: Any = host
    return Invocations(host_as_any, {"Accept": "text/csv"}, threading.Event(), **members)


def test_a_payload_is_sent_with_its_headers_and_time_limit() -> None:
    host = ScriptedHost(Reply(200, b"6"))

    assert asyncio.run(invocations(host, seconds=7).send(b"1,2")) == b"6"

    assert host.calls == [Call(b"1,2", {"Accept": "text/csv"}, 7)]


@pytest.mark.parametrize(
    "failure", [Reply(500), Reply(503), TimeoutError(), ServerGoneError("It has died.")]
)
def test_a_failure_of_the_model_is_tried_again(failure: Reply | Exception) -> None:
    host = ScriptedHost(failure, failure, Reply(200, b"6"))

    assert asyncio.run(invocations(host, retries=2).send(b"1,2")) == b"6"


def test_after_the_last_try_the_last_failure_is_told() -> None:
    host = ScriptedHost(Reply(503), Reply(500, b"no weights"))

    with pytest.raises(InvocationError, match="Bad HTTP status received from algorithm: 500") as e:
        asyncio.run(invocations(host, retries=1).send(b"1,2"))

    assert e.value.message == "no weights"
    assert not e.value.by_data


def test_what_the_model_blames_on_the_data_is_not_tried_again() -> None:
    host = ScriptedHost(Reply(415, b"no such content type"), Reply(200))

    with pytest.raises(InvocationError, match="ClientError: 415") as refused:
        asyncio.run(invocations(host).send(b"1,2"))

    assert refused.value.by_data
    assert len(host.calls) == 1


def test_a_job_that_is_being_stopped_tries_nothing_again() -> None:
    host = ScriptedHost(ServerGoneError("It was stopped."), Reply(200))
    stopped = invocations(host)
    stopped.stopping.set()

    with pytest.raises(InvocationError, match="Unable to get response from algorithm"):
        asyncio.run(stopped.send(b"1,2"))


class ScriptedServer:
    """A container's server that knows one path."""

    def __init__(self, answer: Reply | Exception) -> None:
        self._answer = answer

    async def open(self, method: str, path: str, *_more: Any) -> Reply:
        assert (method, path) == ("GET", "/execution-parameters")
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


@pytest.mark.parametrize(
    ("answer", "parameters"),
    [
        (Reply(200, b'{"MaxConcurrentTransforms": 8}'), {"MaxConcurrentTransforms": 8}),
        (Reply(404, b'{"MaxConcurrentTransforms": 8}'), {}),
        (Reply(200, b"ok"), {}),
        (Reply(200, b"[]"), {}),
        (TimeoutError(), {}),
        (ServerGoneError("It has died."), {}),
    ],
)
def test_a_container_may_say_how_it_wants_to_be_asked(
    answer: Reply | Exception, parameters: dict[str, Any]
) -> None:
    no_site: Any = None
    server: Any = ScriptedServer(answer)
    host = ContainerHost(no_site, print)
    host._server = server

    assert asyncio.run(execution_parameters(host)) == parameters


def test_containers_in_a_row_have_no_one_voice() -> None:
    assert asyncio.run(execution_parameters(Pipeline([]))) == {}


@pytest.mark.parametrize(
    ("job", "container", "settled"),
    [
        ({}, {}, "MaxConcurrentTransforms=1, MaxPayloadInMB=6, BatchStrategy=MULTI_RECORD"),
        (
            {},
            {"MaxConcurrentTransforms": 8, "BatchStrategy": "SINGLE_RECORD", "MaxPayloadInMB": 20},
            "MaxConcurrentTransforms=8, MaxPayloadInMB=20, BatchStrategy=SINGLE_RECORD",
        ),
        (
            {"MaxConcurrentTransforms": 2, "BatchStrategy": "MultiRecord", "MaxPayloadInMB": 0},
            {"MaxConcurrentTransforms": 8, "BatchStrategy": "SINGLE_RECORD", "MaxPayloadInMB": 20},
            "MaxConcurrentTransforms=2, MaxPayloadInMB=0, BatchStrategy=MULTI_RECORD",
        ),
        (
            {"MaxConcurrentTransforms": 0},
            {"MaxConcurrentTransforms": 4},
            "MaxConcurrentTransforms=4, MaxPayloadInMB=6, BatchStrategy=MULTI_RECORD",
        ),
        (
            {},
            {"MaxConcurrentTransforms": "many", "BatchStrategy": ["?"], "MaxPayloadInMB": -1},
            "MaxConcurrentTransforms=1, MaxPayloadInMB=6, BatchStrategy=MULTI_RECORD",
        ),
    ],
)
def test_what_was_asked_goes_before_what_the_container_says(
    job: dict[str, Any], container: dict[str, Any], settled: str
) -> None:
    assert str(Limits.of(job, container)) == settled


def test_a_container_is_told_only_what_was_asked() -> None:
    assert variables({"Environment": {"A": "1"}}) == {"A": "1", "SAGEMAKER_BATCH": "true"}
    assert variables({"MaxPayloadInMB": 0, "MaxConcurrentTransforms": 3}) == {
        "SAGEMAKER_BATCH": "true",
        "SAGEMAKER_MAX_PAYLOAD_IN_MB": "0",
        "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS": "3",
    }
