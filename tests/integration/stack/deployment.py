"""The unmodified SAM CLI, building once and deploying under any name."""

import os
import platform
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

ROOT = Path(__file__).parents[3]
THEIR_BUCKET, THEIR_ROLE = "theirs", "arn:aws:iam::000000000000:role/team/theirs"
"""What pipelines may use that is not the stack's; there is neither before a test makes it."""
_ARCHITECTURE = "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"
_OVERRIDES = ("--parameter-overrides", f"Architecture={_ARCHITECTURE}")


def deploy(stack_name: str, environment: Mapping[str, str], **parameters: str) -> None:
    """Deploy template.yaml as *stack_name* to the cloud that *environment* points to."""
    given = tuple(f'{name}="{value}"' for name, value in parameters.items())
    _sam(
        ("deploy", "--template-file", str(build() / "template.yaml")),
        ("--config-file", str(ROOT / "samconfig.toml"), "--stack-name", stack_name),
        ("--no-progressbar", *_OVERRIDES, *given),
        environment=environment,
    )


@cache
def build() -> Path:
    """Build the app once for all stacks of this run; give the folder."""
    folder = Path(mkdtemp(prefix="sam-build-"))
    _sam(("build", "--build-dir", str(folder), "--no-cached", *_OVERRIDES), environment={})
    return folder


def _sam(*arguments: tuple[str, ...], environment: Mapping[str, str]) -> None:
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    command = [str(ROOT / ".sam" / "bin" / "sam"), *(a for group in arguments for a in group)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"PATH": path, "SAM_CLI_TELEMETRY": "0"} | dict(environment),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
