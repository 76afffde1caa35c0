"""Requests of a job to its model: with time limits of their own, and tried again when it fails."""

import asyncio
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from trainwright_local.sagemaker.endpoints.calls import Call
from trainwright_local.sagemaker.endpoints.connections import BadAnswerError, Body
from trainwright_local.sagemaker.endpoints.errors import ServerGoneError
from trainwright_local.sagemaker.endpoints.hosts import ContainerHost, Host
from trainwright_local.sagemaker.store import Record

DEFAULT_SECONDS, DEFAULT_RETRIES = 600, 3
PARAMETERS_SECONDS = 10
FIRST_PAUSE = 0.1


class InvocationError(Exception):
    """The model did not answer a payload with success; *message* is what it answered."""

    def __init__(self, error: str, message: str = "", *, by_data: bool = False) -> None:
        super().__init__(error)
        self.message = message
        self.by_data = by_data
        """Whether the model blames what it was sent, so that trying again is of no use."""


@dataclass(frozen=True)
class Invocations:
    """Invokes *host*, until the job is *stopping*."""

    host: Host
    headers: Mapping[str, str]
    stopping: threading.Event
    seconds: int = DEFAULT_SECONDS
    retries: int = DEFAULT_RETRIES

    async def send(self, body: Body) -> bytes:
        """Return the model's answer; raises InvocationError."""
        pause = FIRST_PAUSE
        for left in reversed(range(self.retries + 1)):
            try:
                return await self._once(body)
            except InvocationError as error:
                if error.by_data or not left or self.stopping.is_set():
                    raise
            await asyncio.sleep(pause)
            pause *= 2
        raise AssertionError("the last attempt returns or raises")

    async def _once(self, body: Body) -> bytes:
        try:
            answering = await self.host.open(Call(body, self.headers, self.seconds))
            status, answer = answering.reply.status, await answering.reply.read()
        except TimeoutError as error:
            raise InvocationError(
                f"Model server did not respond to /invocations request within {self.seconds} "
                "seconds"
            ) from error
        except (ServerGoneError, BadAnswerError) as error:
            raise InvocationError("Unable to get response from algorithm") from error
        if status // 100 == 2:  # noqa: PLR2004 - the class of status that means success
            return answer
        text = answer.decode(errors="replace")
        if status // 100 == 4:  # noqa: PLR2004 - the class of status that blames the request
            raise InvocationError(f"ClientError: {status}", text, by_data=True)
        raise InvocationError(f"Bad HTTP status received from algorithm: {status}", text)


async def execution_parameters(host: Host) -> Record:
    """Return what a container says of itself; most say nothing, and several have no one voice."""
    if not isinstance(host, ContainerHost):
        return {}
    try:
        reply = await host.get("/execution-parameters", PARAMETERS_SECONDS)
        answer = await reply.read()
        parameters = json.loads(answer) if reply.status == HTTPStatus.OK else {}
    except (TimeoutError, ServerGoneError, BadAnswerError, ValueError):
        return {}
    return parameters if isinstance(parameters, dict) else {}
