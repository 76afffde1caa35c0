"""Print every answer of the SageMaker SDK about our frameworks' images, one JSON object a line.

Runs on the interpreter of `.sdk` and imports nothing else; `make_image_table.py` starts it. What is
left out: Python 2, which no script of ours runs on; Elastic Inference, which AWS has ended; and
version 1 of XGBoost, which trains no script.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from sagemaker.core import common_utils, image_uris
from sagemaker.core.fw_utils import GRAVITON_ALLOWED_TARGET_INSTANCE_FAMILY

FRAMEWORKS = (
    "chainer",
    "coach-mxnet",
    "coach-tensorflow",
    "huggingface",
    "mxnet",
    "pytorch",
    "pytorch-amzn2023",
    "ray-pytorch",
    "ray-tensorflow",
    "sklearn",
    "sparkml-serving",
    "tensorflow",
    "xgboost",
)
INSTANCE_TYPES = {
    "cpu": ["ml.m5.large"],
    "gpu": ["ml.g5.xlarge"],
    "inf": ["ml.inf1.xlarge"],
    "trn": ["ml.trn1.2xlarge"],
    "arm64": [f"ml.{family}.large" for family in GRAVITON_ALLOWED_TARGET_INSTANCE_FAMILY],
}
# The second generation of Inferentia runs the same images as Trainium, and the SDK must be told so.
NEURONX = {"inference_tool": "neuronx"}
NEURONX_INSTANCE_TYPES = {"inf": ["ml.inf2.xlarge"], "trn": []}
ANY_PROCESSOR = ("cpu", "gpu")
WITHOUT_SCRIPTS = {("xgboost", "1")}

type Row = Mapping[str, Any]
type Answer = dict[str, str]


def answers(framework: str) -> Iterator[Answer]:
    """Ask for each scope, version, kind of processor and region that the SDK's own data names."""
    config = image_uris.config_for_framework(framework)
    for scope in ("training", "inference"):
        if scope in config.get("scope", config):
            part = config.get(scope, config)
            yield from _of_part(framework, scope, part, INSTANCE_TYPES, {})
    if "inference_graviton" in config:
        # The SDK answers with these whatever scope is asked for: AWS has them for inference only.
        part = {**config["inference_graviton"], "processors": ["arm64"]}
        yield from _of_part(framework, "inference", part, INSTANCE_TYPES, {})


def answers_for_neuron() -> Iterator[Answer]:
    """Ask for what runs on AWS's own accelerators, which the SDK's data has as other frameworks."""
    training = image_uris.config_for_framework("pytorch-neuron")["training"]
    yield from _of_part("pytorch", "training", training, INSTANCE_TYPES, {})
    inference = image_uris.config_for_framework("huggingface-neuron")["inference"]
    yield from _of_part("huggingface", "inference", inference, INSTANCE_TYPES, {})
    inference = image_uris.config_for_framework("huggingface-neuronx")["inference"]
    yield from _of_part("huggingface", "inference", inference, NEURONX_INSTANCE_TYPES, NEURONX)


def _of_part(
    framework: str,
    scope: str,
    part: Row,
    instance_types: Mapping[str, list[str]],
    more: Mapping[str, str],
) -> Iterator[Answer]:
    for number, entry in part["versions"].items():
        if (framework, number) in WITHOUT_SCRIPTS:
            continue
        for base, row in _variants(entry):
            question = {"framework": framework, "version": number, "image_scope": scope, **more}
            if base:
                question["base_framework_version"] = base
            if (python := _newest_python(row)) == "py2":
                continue
            for processor in row.get("processors") or part.get("processors") or ANY_PROCESSOR:
                for instance_type in instance_types[processor]:
                    question |= {"instance_type": instance_type}
                    yield from _in_each_region(question, python, row)


def _variants(entry: Row) -> Iterator[tuple[str, Row]]:
    """Yield the base framework ("" where there is none) of a version's images, and its row."""
    if "version_aliases" in entry:
        yield from ((base, row) for base, row in entry.items() if base != "version_aliases")
    else:
        yield "", entry


def _newest_python(row: Row) -> str | None:
    known = row.get("py_versions", [key for key in row if key.startswith("py")])
    return max(known, key=lambda python: int(python.removeprefix("py")), default=None)


def _in_each_region(question: Answer, python: str | None, row: Row) -> Iterator[Answer]:
    base = question.get("base_framework_version")
    asked = {
        "framework": question["framework"],
        "version": f"{question['version']}-{base}" if base else question["version"],
        "scope": question["image_scope"],
        "instance_type": question["instance_type"],
    }
    for region in row.get(python or "", row)["registries"]:
        uri = image_uris.retrieve(**question, py_version=python, region=region)
        yield {**asked, "region": region, "uri": uri}


def main() -> None:
    """Print the answers about all frameworks."""
    # It reads the endpoints and its own data anew for each question; once is enough, and quicker.
    common_utils._botocore_resolver = cache(common_utils._botocore_resolver)  # noqa: SLF001
    image_uris.config_for_framework = cache(image_uris.config_for_framework)
    for framework in FRAMEWORKS:
        for answer in answers(framework):
            sys.stdout.write(json.dumps(answer) + "\n")
    for answer in answers_for_neuron():
        sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
