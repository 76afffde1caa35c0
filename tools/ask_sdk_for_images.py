"""Print every answer of the SageMaker SDK about our frameworks' images, one JSON object a line.

Runs on the interpreter of `.sdk` and imports nothing else; `make_image_table.py` starts it.
"""

import json
import sys
from collections.abc import Iterator
from functools import cache

from sagemaker.core import common_utils, image_uris
from sagemaker.core.fw_utils import GRAVITON_ALLOWED_TARGET_INSTANCE_FAMILY

FRAMEWORKS = ("sklearn",)
INSTANCE_TYPES = {"cpu": ["ml.m5.large"], "gpu": ["ml.g5.xlarge"]}
SCOPES = ("training", "inference")


def answers(framework: str) -> Iterator[dict[str, str]]:
    """Ask for each scope, version, kind of processor and region that the SDK's own data names."""
    config = image_uris.config_for_framework(framework)
    for scope in SCOPES:
        for version, row in config[scope]["versions"].items():
            for processor in row["processors"]:
                for instance_type in INSTANCE_TYPES[processor]:
                    yield from _in_each_region(framework, scope, version, row, instance_type)
    # The SDK answers with these whatever scope is asked for: AWS has them for inference only.
    for version, row in config.get("inference_graviton", {"versions": {}})["versions"].items():
        for family in GRAVITON_ALLOWED_TARGET_INSTANCE_FAMILY:
            yield from _in_each_region(framework, "inference", version, row, f"ml.{family}.large")


def _in_each_region(
    framework: str, scope: str, version: str, row: dict[str, dict[str, str]], instance_type: str
) -> Iterator[dict[str, str]]:
    for region in row["registries"]:
        question = {"framework": framework, "version": version, "region": region}
        uri = image_uris.retrieve(
            **question, image_scope=scope, instance_type=instance_type, py_version="py3"
        )
        yield {**question, "scope": scope, "instance_type": instance_type, "uri": uri}


def main() -> None:
    """Print the answers about all frameworks."""
    # It reads botocore's endpoints anew for each question; once is enough, and far quicker.
    common_utils._botocore_resolver = cache(common_utils._botocore_resolver)  # noqa: SLF001
    for framework in FRAMEWORKS:
        for answer in answers(framework):
            sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
