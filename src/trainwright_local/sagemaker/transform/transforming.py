"""One object after the other: fetched, sent to the model, put together, stored."""

import asyncio
import zlib
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

from botocore.exceptions import BotoCoreError
from botocore.exceptions import ClientError as AwsError

from trainwright_local.sagemaker.jobs.failures import worded
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.storage import upload
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.transform.data_log import DataLog
from trainwright_local.sagemaker.transform.invocations import InvocationError, Invocations
from trainwright_local.sagemaker.transform.joining import DataProcessing, JoinError, format_of
from trainwright_local.sagemaker.transform.limits import Limits
from trainwright_local.sagemaker.transform.objects import InputObject
from trainwright_local.sagemaker.transform.paths import PathError
from trainwright_local.sagemaker.transform.payloads import Payload, PayloadError
from trainwright_local.sagemaker.transform.sources import Source
from trainwright_local.sagemaker.transform.splitting import SPLITTERS, SplitError

BAD_DATA = (PathError, PayloadError, SplitError, JoinError, OSError, EOFError, zlib.error)


@dataclass
class Transformation:
    """Transforms the objects of a *job*; *failures* are the reasons of those that failed."""

    job: Record
    role: Role
    limits: Limits
    invocations: Invocations
    log: DataLog
    folder: Path
    failures: list[Exception] = field(default_factory=list)

    async def all(self, objects: list[InputObject]) -> None:
        """Transform *objects*; one that fails does not keep the others from being transformed."""
        # Payloads of one split object are sent at once; objects that are sent whole together.
        room = asyncio.Semaphore(1 if self._splits else self.limits.concurrent)

        async def one(number: int, given: InputObject) -> None:
            async with room:
                if not self.invocations.stopping.is_set():
                    await self._one(given, self.folder / str(number))

        await asyncio.gather(*(one(number, given) for number, given in enumerate(objects)))

    async def _one(self, given: InputObject, folder: Path) -> None:
        source = Source(self.job["TransformInput"], self.limits, folder)
        try:
            await asyncio.to_thread(source.fetch, self.role.s3, given.uri)
            with source.result.open("wb") as target:
                async with aclosing(self._results(source)) as results:
                    async for part in results:
                        target.write(part)
            if not self.invocations.stopping.is_set():
                await asyncio.to_thread(upload, self.role.s3, source.result, given.result)
        except InvocationError as error:
            self._blame(given, error, error.message)
        except AwsError as error:
            self._blame(given, error, worded(error))
        except (BotoCoreError, *BAD_DATA) as error:
            self._blame(given, error)
        finally:
            source.remove()

    def _blame(self, given: InputObject, error: Exception, message: str = "") -> None:
        if not self.invocations.stopping.is_set():  # else it only was not let finish
            self.failures.append(error)
            self.log.blame(given.label, str(error), message)

    async def _results(self, source: Source) -> AsyncGenerator[bytes]:
        """Yield what is stored of *source*, in the order of its records."""
        line = self.job["TransformOutput"]["AssembleWith"] == "Line"
        processing = self._processing()
        if processing.is_needed or self._splits:
            async with aclosing(self._of_payloads(source, processing)) as parts:
                async for part in parts:
                    yield _ended(part) if line else part
        else:
            answer = await self.invocations.send(source.whole())
            yield _ended(answer) if line else answer

    async def _of_payloads(
        self, source: Source, processing: DataProcessing
    ) -> AsyncGenerator[bytes]:
        async def kept(payload: Payload) -> bytes:
            asked = processing.asked_of(payload.records, payload.body)
            answer = await self.invocations.send(asked)
            return processing.kept_of(payload.records, answer)

        pending: deque[asyncio.Task[bytes]] = deque()
        try:
            for payload in source.payloads():
                pending.append(asyncio.create_task(kept(payload)))
                if len(pending) >= self.limits.concurrent:
                    yield await pending.popleft()
            while pending:
                yield await pending.popleft()
        finally:
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)

    def _processing(self) -> DataProcessing:
        content_type = self.job["TransformInput"].get("ContentType", "")
        form = format_of(content_type, split=self._splits)
        return DataProcessing(self.job["DataProcessing"], form)

    @property
    def _splits(self) -> bool:
        return self.job["TransformInput"]["SplitType"] in SPLITTERS


def _ended(part: bytes) -> bytes:
    """Return what a record or several were transformed to, with a newline at its end."""
    return part if part.endswith(b"\n") else part + b"\n"
