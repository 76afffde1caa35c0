"""Whether this machine can have what the stand-ins of framework images are made with.

Nothing of it is necessary: it is looked for again when the first algorithm needs it.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace

import uv

from trainwright_local.cloud.checks import Check, last_cause, met, unmet
from trainwright_local.sagemaker.environments import variables_for_uv
from trainwright_local.sagemaker.images import Image, emulated_images

_SECONDS = 20


def toolchains() -> Iterator[Check]:
    """Check each version of Python that a stand-in wants, and each package that is fixed in one."""
    images = [image for image in emulated_images() if image.python[0].isdigit()]
    for version in sorted({image.python for image in images}):
        yield _python(version, sorted({image.repository for image in images}))
    seen: set[tuple[str, ...]] = set()
    for image in images:
        if image.fixed and image.fixed not in seen:
            seen.add(image.fixed)
            yield _fixed(image)


def _python(version: str, users: list[str]) -> Check:
    name = f"python{version}"
    found = _uv("python", "find", "--no-project", version)
    if found.returncode == 0:
        return _optional(met(name, found.stdout.strip()))
    needs = f"not found; {', '.join(users)} run on it"
    remedy = f"install it, or let uv do that: `uv python install {version}`"
    return _optional(unmet(name, needs, remedy))


def _fixed(image: Image) -> Check:
    name = f"{image.fixed[0].partition('==')[0]} for CPUs"
    install = ("pip", "install", "--dry-run", "--no-deps", "--target", tempfile.gettempdir())
    wanted = (*install, "--python-version", image.python, *image.fixed)
    if _uv(*wanted).returncode == 0:
        return _optional(met(name, "offered by what pip and uv are set to"))
    found = _uv(*wanted, *image.otherwise)
    if found.returncode == 0:
        return _optional(met(name, f"uv finds it by {' '.join(image.otherwise)}"))
    remedy = (
        "set UV_FIND_LINKS or pip's find-links to a folder with the wheel, or check the network"
    )
    return _optional(unmet(name, last_cause(found.stderr), remedy))


def _optional(check: Check) -> Check:
    return replace(check, necessary=False)


def _uv(*arguments: str) -> subprocess.CompletedProcess[str]:
    quickly = {"UV_HTTP_TIMEOUT": "5", "UV_HTTP_RETRIES": "1"}
    command = [uv.find_uv_bin(), *arguments]
    env = variables_for_uv(os.environ) | quickly
    try:
        return subprocess.run(
            command, env=env, cwd="/", capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", f"no answer in {_SECONDS} s")
