"""The file for AWS's SageMaker SDK."""

from dataclasses import replace
from pathlib import Path

import yaml

from tests.unit.local.cloud.test_record import INFO
from trainwright_local.cloud import sdk_settings


def test_the_sdk_is_told_its_bucket_and_to_report_nothing(tmp_path: Path) -> None:
    path = sdk_settings.write(tmp_path, "eu-west-1", "000000000000")

    settings = yaml.safe_load(path.read_text())
    modules = settings["SageMaker"]["PythonSDK"]["Modules"]
    assert modules == {
        "TelemetryOptOut": True,
        "Session": {"DefaultS3Bucket": "sagemaker-eu-west-1-000000000000"},
    }
    variables = replace(INFO, sdk_settings=str(path)).environment()
    assert variables["SAGEMAKER_USER_CONFIG_OVERRIDE"] == str(path)
