"""One cloud for all live tests of processing jobs; they use jobs of different names."""

from collections.abc import Iterator

import pytest

from tests.unit.local.processing.client import GROUP, Processing
from tests.unit.local.training.client import LiveCloud


@pytest.fixture(scope="session")
def processing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processing]:
    """A running cloud with a role that may do all a job does, and a bucket."""
    live = LiveCloud(tmp_path_factory.mktemp("cloud"))
    try:
        live.make_role("s3:*", "logs:*")
        where = {"LocationConstraint": "eu-west-1"}
        live.s3.create_bucket(Bucket="data", CreateBucketConfiguration=where)
        live.client("logs").create_log_group(logGroupName=GROUP)
        yield Processing(live)
    finally:
        live.stop()
