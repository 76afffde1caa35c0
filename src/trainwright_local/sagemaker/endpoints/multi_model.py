"""A multi-model container: a server for each model that is asked for, the least used evicted.

AWS keeps all models of an instance in one server process and asks it through `/models` to load and
to unload. Here each model has a process of its own, of the same image: two models whose code is an
`inference.py` each do not meet, a model that dies takes no other with it, and an evicted one gives
back all its memory. The price is the memory of an interpreter for each loaded model.
"""

import asyncio
import hashlib
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from botocore.exceptions import BotoCoreError, ClientError

from trainwright_local.sagemaker.endpoints.calls import Call
from trainwright_local.sagemaker.endpoints.errors import ModelLoadError, NotServedError
from trainwright_local.sagemaker.endpoints.hosts import Answering, ContainerHost, Line
from trainwright_local.sagemaker.endpoints.sites import Site
from trainwright_local.sagemaker.processes import OnLine
from trainwright_local.sagemaker.storage import S3Uri

LOAD_SECONDS = 60.0
NOT_FOUND, FAILED = 404, 500


class Loaded:
    """One model: being loaded, loaded, or failed to load; and the requests inside."""

    def __init__(self, host: ContainerHost, site: Site) -> None:
        self.host = host
        self.site = site
        self.ready = threading.Event()
        self.error: ModelLoadError | None = None
        self.inside = 0


class MultiModelHost:
    """The models below a prefix of S3, loaded when asked for, at most *most* at once."""

    def __init__(self, site: Site, on_line: OnLine, most: int) -> None:
        self._site = site
        self._on_line = on_line
        self._most = most
        self._models: OrderedDict[str, Loaded] = OrderedDict()
        self._lock = threading.Lock()
        self._stopped = False
        self.line: Line | None = None

    @property
    def is_up(self) -> bool:
        """Whether it takes requests: no model has to be loaded for that."""
        return not self._stopped

    @property
    def loaded(self) -> list[str]:
        """The models in memory, the least recently used first."""
        with self._lock:
            return list(self._models)

    def start(self, patience: float) -> None:
        """Assume the role; models are loaded when they are asked for."""
        del patience
        assert self._site.role

    async def open(self, call: Call) -> Answering:
        """Let a model answer, which is loaded first unless it is."""
        if call.model is None:
            raise NotServedError("Target model is required to invoke a multi-model endpoint.")
        loaded, to_do = self._enter(call.model)
        try:
            if to_do is not None:
                threading.Thread(target=to_do, name="load-model", daemon=True).start()
            if not loaded.ready.is_set():
                await asyncio.to_thread(loaded.ready.wait)
            if loaded.error is not None:
                raise loaded.error
            answering = await loaded.host.open(replace(call, model=None))
        except BaseException:
            self._leave(loaded)
            raise
        return replace(answering, release=lambda: self._leave(loaded))

    def _leave(self, loaded: Loaded) -> None:
        with self._lock:
            loaded.inside -= 1

    def stop(self, grace: float) -> None:
        """End the servers of all models."""
        with self._lock:
            self._stopped = True
            models, self._models = list(self._models.values()), OrderedDict()
        for model in models:
            model.host.stop(grace)

    def _enter(self, name: str) -> tuple[Loaded, Callable[[], None] | None]:
        """Return the model, counted in, and what has to be done first to have it."""
        with self._lock:
            loaded = self._models.get(name)
            if loaded is not None:
                self._models.move_to_end(name)
                loaded.inside += 1
                return loaded, None
            site = self._site.of_model(
                f"{self._site.container.model_data_url}{name}",
                hashlib.sha256(name.encode()).hexdigest()[:16],
            )
            loaded = Loaded(ContainerHost(site, self._on_line), site)
            loaded.inside = 1
            evicted = self._surplus()
            self._models[name] = loaded
        return loaded, lambda: self._load(name, loaded, evicted)

    def _surplus(self) -> list[Loaded]:
        """Take out the least recently used models that nobody is using, to make room for one."""
        evicted = []
        for name in list(self._models):
            if len(self._models) < self._most:
                break
            if not self._models[name].inside:
                evicted.append(self._models.pop(name))
        return evicted

    def _load(self, name: str, loaded: Loaded, evicted: list[Loaded]) -> None:
        for other in evicted:
            _unload(other)
        try:
            self._find(name)
            loaded.host.start(LOAD_SECONDS)
        except ModelLoadError as error:
            loaded.error = error
        except Exception as error:  # whatever it is, those who wait are to be told
            loaded.error = ModelLoadError(f"Failed to load model {name}. {error}", FAILED)
        if loaded.error is not None or self._stopped:
            with self._lock:  # so that the next request tries again
                if self._models.get(name) is loaded:
                    del self._models[name]
            _unload(loaded)
        loaded.ready.set()

    def _find(self, name: str) -> None:
        uri = S3Uri.parse(f"{self._site.container.model_data_url}{name}")
        try:
            self._site.role.s3.head_object(Bucket=uri.bucket, Key=uri.key)
        except (ClientError, BotoCoreError) as error:
            raise ModelLoadError(
                f"Failed to download model data for target model {name} from {uri}. Please ensure "
                "that there is an object there and that the role passed to CreateModel has "
                "permissions to download it.",
                NOT_FOUND,
            ) from error


def _unload(loaded: Loaded) -> None:
    loaded.host.stop(0)
    shutil.rmtree(loaded.site.folder, ignore_errors=True)
