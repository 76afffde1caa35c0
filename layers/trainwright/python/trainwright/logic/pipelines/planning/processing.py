"""Processing jobs: those of Processing steps, and those of Metrics steps, which evaluate."""

from collections.abc import Iterable, Iterator

from trainwright.logic.pipelines.expressions import as_text, as_texts
from trainwright.logic.pipelines.planning.code import Code, code_of
from trainwright.logic.pipelines.planning.site import Draft, Site
from trainwright.logic.pipelines.planning.sources import channels_of, source_in, sources_of
from trainwright.models.message import JsonObject
from trainwright.models.pipelines.definition import DefinedStep
from trainwright.models.pipelines.sections import REPORT, EvaluateSection, ProcessingSection

_ROOT = "/opt/ml/processing"
_CODE = f"{_ROOT}/input/code"
_MAX_INPUTS = 10  # SageMaker's


def processing(step: DefinedStep, site: Site) -> Draft:
    """Plan a Processing step: outputs are one a channel."""
    section = step.section
    assert isinstance(section, ProcessingSection)
    outputs = [
        _output(
            channel,
            f"{section.location.outputLocalFilepath.rstrip('/')}/{channel}",
            site.place(step.name, f"output/{channel}"),
            section.s3_upload_mode,
        )
        for channel in channels_of(step)
    ]
    chained = (
        (f"{source.step}-input-{source.channel}", source.value) for source in sources_of(step, site)
    )
    inputs = [*_static_inputs(step, site), *chained]
    arguments = [as_text(argument) for argument in section.arguments]
    given = {"ContainerArguments": arguments} if arguments else {}
    request = _request(step, site, inputs, outputs, section.max_runtime_seconds, given)
    return Draft("CreateProcessingJob", request, site.wait(step, section.max_runtime_seconds))


def evaluation(step: DefinedStep, site: Site) -> Draft:
    """Plan a Metrics step: its one output is the report."""
    section = step.section
    assert isinstance(section, EvaluateSection)
    channel, *others = channels_of(step)
    if others:
        site.report(step, f"evaluates one channel; found {', '.join((channel, *others))}")
    settings = section.channels.get(channel)
    output = settings.OuputLocalFilepath if settings else f"{_ROOT}/output/"
    outputs = [_output(REPORT, output, _report_place(step, site, channel), "EndOfJob")]
    chained = (
        (f"{source.step}-{source.channel}", source.value)
        for source in source_in(step, channel, site)
    )
    inputs = [*_static_inputs(step, site), *chained]
    request = _request(step, site, inputs, outputs, section.max_runtime_in_seconds, {})
    return Draft("CreateProcessingJob", request, site.wait(step, section.max_runtime_in_seconds))


def _report_place(step: DefinedStep, site: Site, channel: str) -> str:
    assert isinstance(step.section, EvaluateSection)
    settings = step.section.channels.get(channel)
    if settings is None or not settings.s3BucketName:
        return site.place(step.name, "evaluation")
    parts = (settings.s3BucketName, settings.bucket_prefix.strip("/"), step.model, "evaluation/")
    return "s3://" + "/".join(part for part in parts if part)


def _static_inputs(step: DefinedStep, site: Site) -> Iterator[tuple[str, str]]:
    """Give every data file of every channel, with the folder it has in the container."""
    assert isinstance(step.section, ProcessingSection | EvaluateSection)
    taken = {_CODE.rpartition("/")[2]}
    for name, channel in step.section.channels.items():
        for file in channel.dataFiles:
            folder = file.sourceName or name
            if folder in taken:
                site.report(step, f"has two inputs for the folder '{folder}'; name their sources")
            taken.add(folder)
            yield (
                folder,
                _location(file.fileName, channel.s3Bucket, channel.s3InputPrefix, step, site),
            )


def _location(name: str, bucket: str, prefix: str, step: DefinedStep, site: Site) -> str:
    if bucket and not name.startswith(("s3://", "{%")) and name not in site.staged:
        return "s3://" + "/".join(part.strip("/") for part in (bucket, prefix, name) if part)
    return site.staged_at(step, name)


def _request(
    step: DefinedStep,
    site: Site,
    inputs: Iterable[tuple[str, str]],
    outputs: list[JsonObject],
    runtime: int,
    arguments: JsonObject,
) -> JsonObject:
    section = step.section
    assert isinstance(section, ProcessingSection | EvaluateSection)
    code = code_of(step, section.entry_point, site)
    described = [
        _input("code", code.source, _CODE, "S3Prefix", "FullyReplicated"),
        *(
            _input(
                name,
                uri,
                f"{_ROOT}/input/{name}",
                section.s3_data_type,
                section.s3_data_distribution_type,
            )
            for name, uri in inputs
        ),
    ]
    if len(described) > _MAX_INPUTS:
        count = len(described) - 1
        site.report(step, f"has {count} inputs; SageMaker takes {_MAX_INPUTS - 1} besides the code")
    network = {"NetworkConfig": site.vpc} if site.vpc else {}
    environment = {"Environment": as_texts(section.env)} if section.env else {}
    return (
        {
            "AppSpecification": {
                "ImageUri": section.image_uri,
                "ContainerEntrypoint": _entry_point(code),
            }
            | arguments,
            "ProcessingInputs": described,
            "ProcessingOutputConfig": {"Outputs": outputs} | site.kms("KmsKeyId"),
            "ProcessingResources": {
                "ClusterConfig": {
                    "InstanceCount": section.instance_count,
                    "InstanceType": section.instance_type[0],
                    "VolumeSizeInGB": section.volume_size_in_gb,
                }
                | site.kms("VolumeKmsKeyId")
            },
            "RoleArn": site.role,
            "StoppingCondition": {"MaxRuntimeInSeconds": runtime},
            "Tags": site.tags(step, section.tags),
        }
        | network
        | environment
    )


def _entry_point(code: Code) -> list[str]:
    """Unpack the code, install what it needs, and become the script: signals reach it."""
    script = (
        f"cd {_CODE} && tar -xzf sourcedir.tar.gz && "
        "if [ -f requirements.txt ]; then python -m pip install -q -r requirements.txt; fi && "
        f'exec python -m {code.module} "$@"'
    )
    return ["/bin/sh", "-c", script, code.module]


def _input(name: str, uri: str, path: str, kind: str, distribution: str) -> JsonObject:
    place = {
        "S3Uri": uri,
        "LocalPath": path,
        "S3DataType": kind,
        "S3InputMode": "File",
        "S3DataDistributionType": distribution,
    }
    return {"InputName": name, "S3Input": place}


def _output(name: str, path: str, uri: str, mode: str) -> JsonObject:
    return {
        "OutputName": name,
        "S3Output": {"S3Uri": uri, "LocalPath": path, "S3UploadMode": mode},
    }
