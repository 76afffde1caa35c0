"""The cloud's process: `python -m trainwright_local.cloud.server --port P --state DIR`.

How credentials work in it (MiniStack with AUTH=true: signatures are verified, policies enforced):

* The root of the account is the access key `trainwright` with the state folder's own random secret;
  `cloud.json` holds both. MiniStack takes `test` and any twelve digits for root keys too (twelve
  digits: of the account of that number), but only with the same secret.
* A Lambda function runs with a session of its own role, made by MiniStack when the function's
  process starts; what the role's policies do not allow is denied.
* `sts:AssumeRole` checks the role's trust policy and returns a session of the role. The root passes
  wherever a service is trusted, which is how our services take the role they were passed.
* Any other access key is refused with UnrecognizedClientException (S3: InvalidAccessKeyId).
"""

import argparse
import gc
import os
import secrets
import shutil
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import IO, cast

from trainwright_local.cloud import locks
from trainwright_local.cloud.environment import cloud_environment, default_cache_dir
from trainwright_local.sagemaker.config import parsed_setting

LOCK_NAME = "cloud.lock"
LOCK_PATIENCE_SECONDS = 3.0


def main(arguments: list[str] | None = None) -> int:
    """Run the cloud in the foreground until SIGTERM or SIGINT; return the exit code."""
    parser = argparse.ArgumentParser(prog="trainwright_local.cloud.server")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=default_cache_dir(os.environ))
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--unrepaired", action="store_true", help="MiniStack as it is, for tests")
    parser.add_argument("--access-log", type=Path, default=None, help="a JSON line for a request")
    parser.add_argument("--log", type=Path, default=None, help="where the output goes to")
    parser.add_argument("--set", action="append", default=[], type=parsed_setting, dest="settings")
    given = parser.parse_args(arguments)
    state_dir: Path = given.state.resolve()
    access_log: Path | None = given.access_log and given.access_log.resolve()
    lock = _lock(state_dir)
    if lock is None:
        sys.stderr.write(f"another cloud runs with the state of {state_dir}\n")
        return 1
    # What is imported now is never garbage; `application` has it looked at no more.
    gc.disable()
    with lock:
        _enter_environment(state_dir, port=given.port, region=given.region)
        _hide_docker_from_ministack()
        # Only now: MiniStack reads its settings from the environment while it is imported.
        from trainwright_local.cloud import application, repairs  # noqa: PLC0415

        if not given.unrepaired:
            repairs.apply_all()
        info = application.describe(state_dir, given.port, given.region, given.log)
        application.run(info, state_dir, given.cache.resolve(), dict(given.settings), access_log)
    return 0


def _lock(state_dir: Path) -> IO[str] | None:
    """Take the state folder, outlasting those who only look whether it is taken."""
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    deadline = time.monotonic() + LOCK_PATIENCE_SECONDS
    while (lock := locks.try_lock(state_dir / LOCK_NAME)) is None and time.monotonic() < deadline:
        time.sleep(0.05)
    return lock


def _enter_environment(state_dir: Path, *, port: int, region: str) -> None:
    """Make the process's variables the cloud's, and its folder for temporary files empty."""
    shutil.rmtree(state_dir / "tmp", ignore_errors=True)
    (state_dir / "tmp").mkdir()
    variables = cloud_environment(
        os.environ, state_dir=state_dir, port=port, region=region, secret=_secret(state_dir)
    )
    os.chdir(state_dir)
    os.environ.clear()
    os.environ.update(variables)


def _hide_docker_from_ministack() -> None:
    """Keep MiniStack from the user's docker: it sweeps away what another MiniStack left there."""
    sys.modules["docker"] = cast("ModuleType", None)  # an ImportError, as without the package


def _secret(state_dir: Path) -> str:
    """Return the root's secret access key: random, made once for a state folder."""
    path = state_dir / "secret"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(30))
    return path.read_text()


if __name__ == "__main__":
    sys.exit(main())
