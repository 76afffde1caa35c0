"""Small files of pipelines, each with one thing changed."""

from textwrap import dedent, indent

from trainwright.logic.pipelines.reading.definition import Reading, read_pipeline

VALUES = {"SMP_S3BUCKETNAME": "shop", "SMP_ACCOUNTID": "123456789012", "SMP_REGION": "eu-west-1"}

SECTIONS = """
preprocess:
  image_uri: images/prepare:1
  entry_point: prepare/clean.py
  channels: train
train:
  image_uri: SMP_ACCOUNTID.dkr.ecr.SMP_REGION.example/train:1
  entry_point: train/fit.py
  channels:
    train: {dataFiles: [{fileName: s3://SMP_S3BUCKETNAME/churn/train}]}
    test: {dataFiles: [{fileName: s3://SMP_S3BUCKETNAME/churn/test}]}
registry:
  ModelRepack: "False"
  InferenceSpecification:
    image_uri: images/serve:1
    supported_content_types: [text/csv]
    supported_response_MIME_types: [application/json]
transform:
  entry_point: serve.py
  channels: {test: {dataFiles: [{fileName: s3://shop/churn/test/x.csv}]}}
evaluate:
  image_uri: images/prepare:1
  entry_point: evaluate.py
  channels: train
"""

STEPS = """
- {step_name: prepare, step_class: Processing, step_type: preprocess}
- {step_name: fit, step_class: Training, chain_input_source_step: [prepare]}
- {step_name: model, step_class: CreateModel}
- {step_name: predict, step_class: Transform}
- {step_name: judge, step_class: Metrics, chain_input_source_step: [predict]}
- {step_name: register, step_class: RegisterModel}
"""

DIAMOND = """
- {step_name: top, step_class: Processing, step_type: preprocess}
- {step_name: left, step_class: Processing, step_type: preprocess, chain_input_source_step: top}
- {step_name: right, step_class: Processing, step_type: preprocess, chain_input_source_step: top}
- {step_name: end, step_class: Processing, step_type: preprocess,
   chain_input_source_step: [left, right]}
"""


def a_conf(*, sections: str = SECTIONS, steps: str = STEPS, more: str = "") -> str:
    """Write a file of the one model `churn`; *more* goes into its `sagemakerPipeline`."""
    return "\n".join(
        (
            "conf:",
            "  models:",
            "    churn:",
            "      source_directory: code",
            indent(dedent(sections).strip(), " " * 6),
            "  sagemakerPipeline:",
            "    pipelineName: churn",
            indent(dedent(more).strip(), " " * 4),
            "    models:",
            "      churn:",
            "        steps:",
            indent(dedent(steps).strip(), " " * 10),
        )
    )


def read(*texts: str, values: dict[str, str] | None = None, **given: object) -> Reading:
    """Read files called `1.yaml`, `2.yaml` ..., with parameters if any are given."""
    files = [(f"{number}.yaml", text) for number, text in enumerate(texts, 1)]
    return read_pipeline(files, VALUES if values is None else values, given or None)


def problems(*texts: str, **options: object) -> list[str]:
    """Give the findings as lines."""
    return [str(finding) for finding in read(*texts, **options).findings]  # type: ignore[arg-type]


def needs(reading: Reading) -> dict[str, set[str]]:
    """Give the edges: what each step needs."""
    assert reading.definition is not None, reading.findings
    return {step.name: set(step.needs) for step in reading.definition.steps}
