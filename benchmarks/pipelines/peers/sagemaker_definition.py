"""A chain of processing steps as the SageMaker SDK has it; prints how many its definition has."""

import json
import logging
import sys

import boto3
from sagemaker.processing import ProcessingInput, ProcessingOutput, Processor
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.steps import ProcessingStep

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
ROOT = "/opt/ml/processing"

logging.disable(logging.WARNING)
boto = boto3.Session("key", "secret", region_name="us-east-1")
session = PipelineSession(boto_session=boto, default_bucket="bench")
steps = []
for number in range(int(sys.argv[1])):
    processor = Processor(
        role="arn:aws:iam::123456789012:role/bench",
        image_uri=IMAGE,
        instance_count=1,
        instance_type="ml.m5.large",
        entrypoint=["python3", f"{ROOT}/input/code/work.py"],
        sagemaker_session=session,
    )
    inputs = [
        ProcessingInput(
            source="s3://bench/work.py", destination=f"{ROOT}/input/code", input_name="code"
        )
    ]
    if steps:
        made = steps[-1].properties.ProcessingOutputConfig.Outputs["train"].S3Output.S3Uri
        inputs.append(
            ProcessingInput(source=made, destination=f"{ROOT}/input/before", input_name="before")
        )
    output = ProcessingOutput(
        output_name="train",
        source=f"{ROOT}/output/train",
        destination=f"s3://bench/made/{number}",
    )
    arguments = processor.run(inputs=inputs, outputs=[output])
    steps.append(ProcessingStep(name=f"step-{number}", step_args=arguments))
definition = Pipeline(name="chain", steps=steps, sagemaker_session=session).definition()
print(len(json.loads(definition)["Steps"]))
