"""Batch transform jobs."""

from trainwright.logic.pipelines.expressions import as_texts
from trainwright.logic.pipelines.planning.site import Draft, Site
from trainwright.logic.pipelines.planning.sources import (
    channels_of,
    joined,
    path_of,
    reference,
    source_in,
)
from trainwright.models.message import JsonObject
from trainwright.models.pipelines.definition import DefinedStep
from trainwright.models.pipelines.sections import TransformSection
from trainwright.models.pipelines.steps import TransformStep


def transform(step: DefinedStep, site: Site) -> Draft:
    """Plan a Transform step: the model of its model's CreateModel step reads one input."""
    section = step.section
    assert isinstance(section, TransformSection)
    filters = {
        "InputFilter": section.input_filter,
        "OutputFilter": section.output_filter,
        "JoinSource": section.join_source,
    }
    optional = {
        "BatchStrategy": section.strategy,
        "MaxPayloadInMB": section.max_payload,
        "Environment": as_texts(section.env),
        "DataProcessing": _given(filters),
    }
    model = _model_step(step, site)
    request = {
        "ModelName": reference(model, "model"),
        "TransformInput": {
            "DataSource": {
                "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": _input(step, section, site)}
            },
            "ContentType": section.content_type,
        }
        | _given({"SplitType": section.split_type}),
        "TransformOutput": {
            "S3OutputPath": _output(step, section, site),
            "Accept": section.content_type,
        }
        | _given({"AssembleWith": section.assemble_with})
        | site.kms("KmsKeyId"),
        "TransformResources": {
            "InstanceType": section.instance_type[0],
            "InstanceCount": section.instance_count,
        }
        | site.kms("VolumeKmsKeyId"),
        "Tags": site.tags(step, section.tags),
    } | _given(optional)
    wait = site.wait(step, section.max_runtime_in_seconds)
    stands_for = {"ModelName": reference(model, "container")}
    return Draft("CreateTransformJob", request, wait, stands_for=stands_for)


def _model_step(step: DefinedStep, site: Site) -> str:
    kinds = {other.name: other.kind for other in site.definition.steps}
    return next(name for name in step.data_from if kinds[name] == "CreateModel")


def _input(step: DefinedStep, section: TransformSection, site: Site) -> str:
    assert isinstance(step.step, TransformStep)
    suffix = step.step.chain_input_additional_prefix.strip("/")
    by_name = {other.name: other for other in site.definition.steps}
    for source in source_in(step, channels_of(step)[0], site):
        path = path_of(by_name[source.step], source.channel)
        return joined(source.step, path, suffix) if suffix else source.value
    files = [file for channel in section.channels.values() for file in channel.dataFiles]
    return site.staged_at(step, files[0].fileName)


def _output(step: DefinedStep, section: TransformSection, site: Site) -> str:
    """Give where the predictions go: the channel's bucket, or this run's own place if chained."""
    assert isinstance(step.step, TransformStep)
    channel = section.channels.get(channels_of(step)[0])
    if step.step.chain_input_source_step or channel is None or not channel.s3BucketName:
        return site.place(step.name, "predictions")
    parts = (channel.s3BucketName, channel.inputBucketPrefix.strip("/"), step.model)
    return "s3://" + "/".join(part for part in (*parts, "predictions/transform") if part)


def _given(fields: JsonObject) -> JsonObject:
    return {name: value for name, value in fields.items() if value not in (None, "", {})}
