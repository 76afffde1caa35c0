"""What AWS's SageMaker SDK is told by a file: `sagemaker.yaml` in the state folder.

The SDK asks STS for the number of the account, to name its bucket, at an address of its own making
whatever AWS_ENDPOINT_URL says; told the bucket, it does not. And it reports its use to AWS.
https://sagemaker.readthedocs.io/en/stable/overview.html#configuring-and-using-defaults-with-the-sagemaker-python-sdk
"""

from pathlib import Path

FILE_NAME = "sagemaker.yaml"
VARIABLE = "SAGEMAKER_USER_CONFIG_OVERRIDE"

_SETTINGS = """\
SchemaVersion: "1.0"
SageMaker:
  PythonSDK:
    Modules:
      TelemetryOptOut: true
      Session:
        DefaultS3Bucket: sagemaker-{region}-{account}
"""


def write(state_dir: Path, region: str, account: str) -> Path:
    """Write the file for a cloud and return its path."""
    path = state_dir / FILE_NAME
    path.write_text(_SETTINGS.format(region=region, account=account))
    return path
