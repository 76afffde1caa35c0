"""What a manifest says, fact by fact, for people."""

from collections.abc import Iterator

from trainwright.models.images import ContainerImage, ImageVariants, Scope
from trainwright.models.manifest import AlgorithmManifest, Inference, Training

type Fact = tuple[str, str]
"""What it is about, and what is said of it."""


def facts_of(manifest: AlgorithmManifest) -> Iterator[Fact]:
    """Tell what *manifest* says."""
    yield "licence", f"{manifest.licence}, to be accepted" if manifest.opt_in else manifest.licence
    yield "can", ", ".join(manifest.capabilities)
    if manifest.source:
        folder = f", its folder {manifest.source.folder}" if manifest.source.folder else ""
        yield "source", f"{manifest.source.git} at {manifest.source.ref}{folder}"
    if manifest.train:
        yield "trains in", _image(manifest, "training")
        yield from _of_training(manifest.train)
    if manifest.infer:
        yield "serves in", _image(manifest, "inference")
        yield from _of_inference(manifest.infer)
    if manifest.annotate:
        yield "labels", ", ".join(manifest.annotate.content_types)
        for name, form in manifest.annotate.formats.items():
            yield "label format", f"{name}: {form.description}"
    for note in manifest.notes:
        yield "note", note


def _image(manifest: AlgorithmManifest, scope: Scope) -> str:
    if framework := manifest.framework_for(scope):
        return f"{framework.name} {framework.version}"
    own = manifest.image_for(scope)
    if isinstance(own, ContainerImage):
        return f"the container {own.container}"
    if isinstance(own, ImageVariants):
        given = {"cpu": own.cpu, "gpu": own.gpu}
        return ", ".join(f"{name}: {uri}" for name, uri in given.items() if uri)
    return str(own)


def _of_training(train: Training) -> Iterator[Fact]:
    needed = {True: "required", False: "optional"}
    for channel, spec in train.channels.items():
        yield "channel", f"{channel} ({needed[spec.required]}) {spec.description}"
    for name, parameter in train.hyperparameters.items():
        default = "" if parameter.default is None else f" = {parameter.default!r}"
        yield "hyperparameter", f"{name}{default}: {parameter.description}"
    yield "metrics", ", ".join(metric.name for metric in train.metrics)
    yield "gate", str(train.gate or "none")


def _of_inference(infer: Inference) -> Iterator[Fact]:
    yield "takes", ", ".join(infer.content_types)
    where = ", in S3" if infer.deploy_type == "async" else ""
    yield "answers", ", ".join(infer.accepts) + where
    for test in infer.smoke_tests:
        yield "smoke test", test.name
