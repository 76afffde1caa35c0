"""What the original's README and template call things is answered by the spelling that works.

Where a line of the file below ends in a comment, it has the one finding that the comment says.
"""

import re

from tests.unit.pipelines.confs import VALUES, needs, read
from trainwright.logic.pipelines.reading.definition import read_pipeline

NO_KEY = "is no key here; did you mean"
USELESS = "is no key here; leave it out: it means nothing here"
SECTION = "is no key here; write what is in it directly in the section"
CHANNEL = "is no key here; write what is in it directly in the channel"

TEMPLATE = f"""
models:
  modelContainer:  # is no model here; write the models directly below 'models'
    churn:
      source_directory: churn
      name: churn
      registry:
        ModelPackageGroupName: churn
        ModelPackageGroupDescription: of churn  # 'ModelPackageGroupDescription' {NO_KEY} 'ModelPackageDescription'?
        ModelApprovalStatus: Approved  # 'ModelApprovalStatus' {NO_KEY} 'InferenceSpecification.approval_status'?
        ModelRepack: "True"
        InferenceSpecification:  # lacks 'supported_content_types'; lacks 'supported_response_MIME_types'
          SupportedTransformInstanceTypes: [ml.m5.2xlarge]
          SupportedRealtimeInferenceInstanceType: [ml.m5.2xlarge]  # 'SupportedRealtimeInferenceInstanceType' {NO_KEY} 'SupportedRealtimeInferenceInstanceTypes'?
          SupportedContentTypes: [application/json]  # 'SupportedContentTypes' {NO_KEY} 'supported_content_types'?
          SupportedResponseMIMETypes: [application/json]  # 'SupportedResponseMIMETypes' {NO_KEY} 'supported_response_MIME_types'?
          image_uri: &image images/all:1
          MetadataProperties: [test]  # 'MetadataProperties' is no key here; leave it out: a model says which pipeline and run made it
      metrics:  # 'metrics' is no section of a Metrics step; did you mean 'evaluate'?
        sagemaker:  # {SECTION}
          image_uri: *image
      preprocess:
        image_uri: images/prepare:1
        entry_point: clean.py
        instance_type: ml.m5.large
        instance_count: 1
        volume_size_in_gb: 50
        max_run_time_in_seconds: 3000  # 'max_run_time_in_seconds' {NO_KEY} 'max_runtime_seconds'?
        base_job_name: clean
        channels:
          train: {{s3BucketName: shop, inputBucketPrefix: in, outputBucketPrefix: out,
                  dataFiles: [{{sourceName: one, fileName: s3://shop/one.csv}}]}}
      train:  # lacks 'image_uri'
        base_image_uri: *image  # 'base_image_uri' {NO_KEY} 'image_uri'?
        entry_point: fit.py
        output_path: s3://shop/models
        hyperparameters: {{rounds: 10}}  # 'hyperparameters' {NO_KEY} 'hyperparams'?
        channels:
          train:
            location:  # {CHANNEL}
              activeLocation: s3  # 'activeLocation' is no key here; leave it out: a fileName says by itself whether it is in S3
              s3BucketName: shop
              inputBucketPrefix: in
              content_type: text/csv
            dataFiles: [{{fileName: s3://shop/rows.csv}}]
      tune:  # lacks 'objective'; lacks 'ranges'; lacks 'entry_point'
        base_job_name: tune
        image_uri: *image
        strategy: Bayesian
        objective_metric_name: auc  # 'objective_metric_name' {NO_KEY} 'objective.metric'?
        objective_type: Maximize  # 'objective_type' {NO_KEY} 'objective.type'?
        hyperparameter_ranges: {{}}  # 'hyperparameter_ranges' {NO_KEY} 'ranges'?
        metric_definitions: []  # 'metric_definitions' {NO_KEY} 'metrics'?
        max_parallel_jobs: 2
        max_runtime_in_seconds: 60  # 'max_runtime_in_seconds' {NO_KEY} 'max_runtime_seconds'?
        early_stopping_type: Auto  # 'early_stopping_type' {NO_KEY} 'early_stopping'?
        random_seed: 1
      transform:
        channels:
          train:
            location:  # {CHANNEL}
              s3BucketName: shop
              inputBucketPrefix: in
            dataFiles: [{{fileName: s3://shop/test.csv}}]
        sagemaker:  # {SECTION}
          base_job_name: predict
          entry_point: serve.py
          instance_count: 1
          strategy: SingleRecord
          assemble_with: Line
          max_payload: 6
          volume_size_in_gb: 50  # 'volume_size_in_gb' {NO_KEY} 'volume_size'?
          max_runtime_in_seconds: 3600
          s3_data_type: S3Prefix  # 's3_data_type' {USELESS}
          s3_input_mode: File  # 's3_input_mode' {USELESS}
          s3_data_distribution_type: FullyReplicated  # 's3_data_distribution_type' {USELESS}
          tags: [{{Key: a, Value: b}}]
          env: {{a: b}}
      evaluate2:
        entry_point: evaluate.py
        image_uri: *image
        ModelQuality: {{Statistics: {{ContentType: application/json}}}}  # 'ModelQuality' is no key here; leave it out: the report is attached to the model, as 'content_type' says
        channels:
          train:
            location:  # {CHANNEL}
              evaluateBucketPrefix: out  # 'evaluateBucketPrefix' {NO_KEY} 'bucket_prefix'?
              evaluateInputLocalFilepath: /opt/ml/processing/input/  # 'evaluateInputLocalFilepath' {NO_KEY} 'InputLocalFilepath'?
  sagemakerPipeline:  # belongs directly below 'conf', beside 'models'
    pipelineName: churn
    models:
      churn:
        steps:
          - {{step_name: prepare, step_type: preprocess,
             step_class: preprocessing}}  # 'preprocessing' is no step class; did you mean 'Processing'?
          - step_name: fit
            step_class: training  # 'training' is no step class; did you mean 'Training'?
            chain_input_source_steps: [prepare]  # 'chain_input_source_steps' {NO_KEY} 'chain_input_source_step'?
            enable_cache: True
          - {{step_name: search, step_class: Tuning}}
          - step_name: model
            step_class: createmodel  # 'createmodel' is no step class; did you mean 'CreateModel'?
          - step_name: predict
            step_class: transform  # 'transform' is no step class; did you mean 'Transform'?
            chain_input_additional_prefix: ""
          - step_name: judge
            step_class: metrics  # 'metrics' is no step class; did you mean 'Metrics'?
          - {{step_name: judge2, step_class: Metrics, step_type: evaluate2}}
          - step_name: register
            step_class: registermodel  # 'registermodel' is no step class; did you mean 'RegisterModel'?
    dependencies: [prepare >> fit]
""".strip()  # noqa: E501 - findings are as long as they are
COMMENT = re.compile(r"  # (?P<text>.*)$")

README = """
conf:
  models:
    churn:
      source_directory: churn
      processing:
        image_uri: images/prepare:1
        entry_point: clean.py
        base_job_name: clean
        instance_count: 1
        instance_type: ml.m5.2xlarge
        volume_size_in_gb: 32
        max_runtime_seconds: 3000
        tags:
        env:
        framework_version: "0"
        s3_data_distribution_type: FullyReplicated
        s3_data_type: S3Prefix
        s3_input_mode: File
        s3_upload_mode: EndOfJob
        channels: {train: {dataFiles: [{sourceName: rows, fileName: s3://shop/rows.csv}]}}
      train:
        image_uri: images/train:1
        entry_point: fit.py
        base_job_name: fit
        instance_count: 1
        instance_type: ml.m5.2xlarge
        volume_size_in_gb: 32
        max_runtime_seconds: 3000
        tags:
        env:
        hyperparams:
        model_data_uri:
        channels: {train: {dataFiles: [{sourceName: rows, fileName: s3://shop/rows.csv}]}, test: }
      transform:
        image_uri: images/serve:1
        base_job_name: predict
        instance_count: 1
        instance_type: ml.m5.2xlarge
        strategy:
        assemble_with:
        join_source:
        split_type:
        content_type: text/csv
        max_payload:
        volume_size: 50
        max_runtime_in_seconds: 3600
        input_filter:
        output_filter:
        tags:
        env:
        channels: {test: {s3BucketName: shop, dataFiles: [{sourceName: x, fileName: s3://shop/x}]}}
      evaluate:
        image_uri: images/train:1
        entry_point: evaluate.py
        base_job_name: judge
        instance_count: 1
        instance_type: ml.m5.2xlarge
        strategy: SingleRecord
        max_payload:
        volume_size_in_gb: 50
        max_runtime_in_seconds: 3600
        s3_data_distribution_type: FullyReplicated
        s3_data_type: S3Prefix
        s3_input_mode: File
        tags:
        env:
        channels: {test: {s3BucketName: shop, dataFiles: [{sourceName: y, fileName: s3://shop/y}]}}
      registry:
        ModelRepack: "True"
        ModelPackageDescription: of churn
        InferenceSpecification:
          image_uri: images/serve:1
          supported_content_types: [application/json]
          supported_response_MIME_types: [application/json]
          approval_status: PendingManualApproval
  sagemakerPipeline:
    pipelineName: churn
    models:
      churn:
        steps:
          - {step_name: prepare, step_class: Processing, step_type: processing, enable_cache: True}
          - {step_name: fit, step_class: Training, chain_input_source_step: [prepare]}
          - {step_name: model, step_class: CreateModel}
          - {step_name: predict, step_class: Transform, chain_input_additional_prefix: ""}
          - {step_name: judge, step_class: Metrics, chain_input_source_step: [predict]}
          - {step_name: register, step_class: RegisterModel}
    dependencies:
"""


def announced() -> list[tuple[int, str]]:
    """Give the line and the message of each finding that a comment says, and of the whole file."""
    top = "has no mapping 'conf' at its top: 'models' and 'sagemakerPipeline' belong below it"
    found = [(1, top)]
    for number, line in enumerate(TEMPLATE.splitlines(), 1):
        if comment := COMMENT.search(line):
            first, *others = comment["text"].split("; lacks")
            found += [(number, first), *((number, f"lacks{it}") for it in others)]
    return found


def test_every_line_of_the_old_layout_says_what_works_all_at_once() -> None:
    reading = read_pipeline([("conf.yaml", TEMPLATE)], VALUES)

    found = [(finding.line, finding.message) for finding in reading.findings]
    assert sorted(found) == sorted(announced())


def test_a_finding_names_the_key_that_is_written_there() -> None:
    lines = TEMPLATE.splitlines()

    for finding in read_pipeline([("conf.yaml", TEMPLATE)], VALUES).findings[1:]:
        name = finding.key.rpartition(".")[2].partition("[")[0]
        assert f"{name}:" in lines[finding.line - 1]
        assert not finding.key.startswith("conf.")


def test_whatever_the_readme_calls_right_is_read() -> None:
    reading = read(README)

    assert needs(reading)["register"] == {"fit", "judge"}
