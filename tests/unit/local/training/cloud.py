"""A cloud of the tests' own: MiniStack with our SageMaker and nothing else, as a program.

`python cloud.py PORT STATE` serves until SIGTERM, in the environment that `client.LiveCloud` makes.
Framework images carry one package made here, so that no package index is asked.
"""

import sys
import zipfile
from pathlib import Path
from unittest.mock import patch

from ministack import app

from trainwright_local.cloud.repairs.logs import bound_log_streams
from trainwright_local.sagemaker import environments
from trainwright_local.sagemaker.config import SageMakerConfig
from trainwright_local.sagemaker.images import Image
from trainwright_local.sagemaker.mount import install


def main(port: str, state: Path) -> None:
    service = install(
        SageMakerConfig(
            state_dir=state / "sagemaker",
            cache_dir=state / "cache",
            endpoint_url=f"http://127.0.0.1:{port}",
            grace_seconds=1,
        )
    )
    bound_log_streams()
    tiny = Image("tiny", sys.executable, (str(a_wheel(state)),))
    try:
        with patch.object(environments, "image_of", return_value=tiny):
            app.main()
    finally:
        service.close()


def a_wheel(folder: Path) -> Path:
    wheel = folder / "carried-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("carried.py", "version = '1.0'")
        archive.writestr("carried-1.0.dist-info/METADATA", "Name: carried\nVersion: 1.0")
        archive.writestr("carried-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true")
        archive.writestr("carried-1.0.dist-info/RECORD", "")
    return wheel


if __name__ == "__main__":
    # MiniStack reads the arguments too.
    given, sys.argv[1:] = sys.argv[1:], []
    main(given[0], Path(given[1]))
