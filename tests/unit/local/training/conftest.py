"""One cloud for all live tests of training jobs; they use jobs of different names."""

from collections.abc import Iterator

import pytest

from tests.unit.local.training.client import KEYS, LiveCloud


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveCloud]:
    """A running cloud with a role that may do all a job does, and a bucket."""
    live = LiveCloud(tmp_path_factory.mktemp("cloud"))
    try:
        live.make_role("s3:*", "logs:*", "cloudwatch:PutMetricData")
        where = {"LocationConstraint": "eu-west-1"}
        live.s3.create_bucket(Bucket="data", CreateBucketConfiguration=where)
        for key in KEYS:
            live.s3.put_object(Bucket="data", Key=key, Body=key.encode())
        yield live
    finally:
        live.stop()
