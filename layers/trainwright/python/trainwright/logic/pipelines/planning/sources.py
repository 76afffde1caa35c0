"""What a chained step reads: the outputs of its sources, as expressions."""

from collections.abc import Iterator
from typing import NamedTuple

from trainwright.logic.pipelines.planning.site import Site
from trainwright.models.pipelines.definition import DefinedStep
from trainwright.models.pipelines.sections import Channel, Job
from trainwright.models.pipelines.steps import ChainedStep

_DEFAULT_CHANNEL = "train"
_ONE_VALUE = {
    "Training": "model_data",
    "Tuning": "model_data",
    "Transform": "output",
}
"""The output that stands for the whole step."""


class Source(NamedTuple):
    """One output of an earlier step."""

    step: str
    channel: str
    value: str
    """An expression that gives its S3 URI."""


def reference(step: str, *path: str) -> str:
    """Write the expression for an output of *step*."""
    return f"{{% {_access(step, *path)} %}}"


def joined(step: str, path: tuple[str, ...], suffix: str) -> str:
    """Write the expression for a place below an output of *step*."""
    return f"{{% {_access(step, *path)} & '/{suffix.lstrip('/')}' %}}"


def _access(step: str, *path: str) -> str:
    return ".".join(["$steps", *(f"`{part}`" for part in (step, *path))])


def sources_of(step: DefinedStep, site: Site) -> Iterator[Source]:
    """Give every output that *step* is chained to: a processing job has one a channel."""
    for source in _chained(step, site):
        if source.kind == "Processing":
            for channel in channels_of(source):
                value = reference(source.name, "outputs", channel)
                yield Source(source.name, channel, value)
        else:
            for channel in channels_of(source):
                yield Source(source.name, channel, reference(source.name, *path_of(source)))


def source_in(step: DefinedStep, channel: str, site: Site) -> Iterator[Source]:
    """Give the output called *channel* of each source, for steps that read only one channel."""
    for source in _chained(step, site):
        if source.kind == "Processing" and channel not in channels_of(source):
            known = ", ".join(channels_of(source))
            message = f"reads channel '{channel}', but step '{source.name}' writes {known}"
            site.report(step, message)
        yield Source(source.name, channel, reference(source.name, *path_of(source, channel)))


def path_of(source: DefinedStep, channel: str = "") -> tuple[str, ...]:
    """Give where in its outputs the S3 URI of a source is."""
    return ("outputs", channel) if source.kind == "Processing" else (_ONE_VALUE[source.kind],)


def channels_of(step: DefinedStep) -> tuple[str, ...]:
    """Name the channels of a step; `train` if it declares none."""
    channels: dict[str, Channel] = step.section.channels if isinstance(step.section, Job) else {}
    return tuple(channels) or (_DEFAULT_CHANNEL,)


def _chained(step: DefinedStep, site: Site) -> Iterator[DefinedStep]:
    assert isinstance(step.step, ChainedStep)
    return (site.steps[name] for name in step.step.chain_input_source_step)
