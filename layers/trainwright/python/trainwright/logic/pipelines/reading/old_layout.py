"""The layout of the original's README and template, which nothing ever read.

What it puts into levels of its own is said to stand elsewhere, and is then read from there, so that
one reading finds all that is wrong with a file, each at the line where it is written.
"""

from collections.abc import Mapping
from typing import Any

from trainwright.logic.pipelines.reading.nodes import Path

_PIPELINE = "sagemakerPipeline"
_MODELS: Path = ("conf", "models")
_CHAIN, _OLD_CHAIN = "chain_input_source_step", "chain_input_source_steps"
_CLASSES = {
    "preprocessing": "Processing",
    "training": "Training",
    "createmodel": "CreateModel",
    "transform": "Transform",
    "metrics": "Metrics",
    "registermodel": "RegisterModel",
}

_NO_CONF = "has no mapping 'conf' at its top: 'models' and 'sagemakerPipeline' belong below it"
_PIPELINE_ELSEWHERE = "belongs directly below 'conf', beside 'models'"
_NO_MODEL = "is no model here; write the models directly below 'models'"
_IN_THE_SECTION = "is no key here; write what is in it directly in the section"
_IN_THE_CHANNEL = "is no key here; write what is in it directly in the channel"


class Straightened:
    """The data of one file as it should be laid out, and where each part of it is written."""

    def __init__(self, data: object) -> None:
        self.data: dict[str, Any] = dict(data) if isinstance(data, Mapping) else {}
        self.complaints: list[tuple[Path, str]] = []
        self._written: dict[Path, Path] = {}
        if "conf" not in self.data and self.data.keys() & {"models", _PIPELINE}:
            self.complaints.append(((), _NO_CONF))
            self.data, self._written = {"conf": self.data}, {("conf",): ()}
        conf = self.data.get("conf")
        if isinstance(conf, dict) and isinstance(models := conf.get("models"), dict):
            self._straighten(conf, models)
        if isinstance(conf, dict):
            self._straighten_steps(conf.get(_PIPELINE))

    def real(self, path: Path) -> Path:
        """Give where in the file the value is written that belongs at *path*."""
        for length in range(len(path), 0, -1):
            if (found := self._written.get(path[:length])) is not None:
                return (*found, *path[length:])
        return path

    def _straighten(self, conf: dict[str, Any], models: dict[str, Any]) -> None:
        if _PIPELINE in models:
            self.complaints.append((self.real((*_MODELS, _PIPELINE)), _PIPELINE_ELSEWHERE))
            self._lift(_MODELS, {_PIPELINE: models.pop(_PIPELINE)}, ("conf",), conf)
        self._flatten(_MODELS, models, "modelContainer", _NO_MODEL)
        for model, sections in models.items():
            for name, section in sections.items() if isinstance(sections, dict) else ():
                self._straighten_section((*_MODELS, model, name), section)

    def _straighten_section(self, path: Path, section: object) -> None:
        if not isinstance(section, dict):
            return
        self._flatten(path, section, "sagemaker", _IN_THE_SECTION)
        channels = section.get("channels")
        for name, channel in channels.items() if isinstance(channels, dict) else ():
            self._flatten((*path, "channels", name), channel, "location", _IN_THE_CHANNEL)

    def _straighten_steps(self, pipeline: object) -> None:
        models = pipeline.get("models") if isinstance(pipeline, dict) else None
        for model, parts in models.items() if isinstance(models, dict) else ():
            steps = parts.get("steps") if isinstance(parts, dict) else None
            for at, step in enumerate(steps if isinstance(steps, list) else ()):
                if isinstance(step, dict):
                    self._straighten_step(("conf", _PIPELINE, "models", model, "steps", at), step)

    def _straighten_step(self, path: Path, step: dict[str, Any]) -> None:
        if (meant := _CLASSES.get(str(step.get("step_class")))) is not None:
            message = f"'{step['step_class']}' is no step class; did you mean '{meant}'?"
            self.complaints.append((self.real((*path, "step_class")), message))
            step["step_class"] = meant
        if _OLD_CHAIN in step and _CHAIN not in step:
            where = self.real((*path, _OLD_CHAIN))
            message = f"'{_OLD_CHAIN}' is no key here; did you mean '{_CHAIN}'?"
            self.complaints.append((where, message))
            step[_CHAIN] = step.pop(_OLD_CHAIN)
            self._written[*path, _CHAIN] = where

    def _flatten(self, path: Path, parent: object, key: str, message: str) -> None:
        """Put what is below *key* of *parent*, which belongs at *path*, into *parent* itself."""
        if isinstance(parent, dict) and isinstance(inner := parent.get(key), dict):
            self.complaints.append((self.real((*path, key)), message))
            del parent[key]
            self._lift((*path, key), inner, path, parent)

    def _lift(
        self, path: Path, inner: Mapping[str, Any], goal: Path, parent: dict[str, Any]
    ) -> None:
        """Put what is not there yet into *parent*, which belongs at *goal*."""
        for name, value in inner.items():
            if name not in parent:
                self._written[*goal, name] = self.real((*path, name))
                parent[name] = value
