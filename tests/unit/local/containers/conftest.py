"""One cloud for all tests that run containers, and the image that they run."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.local.containers.client import Containers
from tests.unit.local.containers.engines import IMAGE, import_image, program, settings
from tests.unit.local.training.client import KEYS


@pytest.fixture(scope="session")
def storage() -> Iterator[Path]:
    """A folder with a short name: podman waits in vain for sockets whose names are too long."""
    folder = Path(tempfile.mkdtemp(prefix="podman-"))
    yield folder
    if (folder / "root" / "overlay").exists():
        subprocess.run(["umount", "--quiet", folder / "root" / "overlay"], check=False)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def containers(tmp_path_factory: pytest.TempPathFactory, storage: Path) -> Iterator[Containers]:
    """A cloud whose engine has the image."""
    folder = tmp_path_factory.mktemp("containers")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings(storage).items():
            patch.setenv(name, value)
        import_image(folder)
        live = Containers(folder)
        try:
            live.make_role("s3:*", "logs:*", "cloudwatch:PutMetricData")
            where = {"LocationConstraint": "eu-west-1"}
            live.s3.create_bucket(Bucket="data", CreateBucketConfiguration=where)
            live.s3.put_object(Bucket="data", Key=KEYS[0], Body=b"1")
            yield live
        finally:
            live.stop()
            program("rmi", "--force", IMAGE)
