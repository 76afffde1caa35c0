"""Write the layer's tables of AWS's images, one for each framework, from the SDK's answers.

Needs the environment `.sdk` (`locks/sdk.txt`). The SDK is asked and its data not copied, so
the tables say what users of the SDK get, special cases included.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from trainwright.logic.processors import processor_of

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "layers/trainwright/python/trainwright/images"
SDK_PYTHON = ROOT / ".sdk/bin/python"

_URI = re.compile(r"(?P<account>\d+)\.dkr\.ecr\.[^/]+/(?P<repository>[^:]+):(?P<tag>.+)")

type Answer = Mapping[str, str]


def ask_sdk() -> list[Answer]:
    """Return every answer of the SDK, each with its question and its *uri*."""
    if not SDK_PYTHON.exists():
        raise FileNotFoundError(
            f"{SDK_PYTHON.relative_to(ROOT)} is missing; `make test` makes it from locks/sdk.txt"
        )
    script = Path(__file__).with_name("ask_sdk_for_images.py")
    done = subprocess.run(
        [SDK_PYTHON, "-W", "ignore", script], check=True, capture_output=True, text=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def tables_of(answers: Iterable[Answer]) -> dict[Path, str]:
    """Give the text of each framework's table, by its path."""
    by_framework: dict[str, list[Answer]] = {}
    for answer in answers:
        by_framework.setdefault(answer["framework"], []).append(answer)
    return {TABLES / f"{name}.json": _text(found) for name, found in by_framework.items()}


def _text(answers: Iterable[Answer]) -> str:
    """Fold *answers* into a line for each image, so that a new version is a line of a diff."""
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    for answer in answers:
        if (found := _URI.fullmatch(answer["uri"])) is None:
            raise ValueError(f"not an image of a registry: {answer['uri']}")
        processor = processor_of(answer["instance_type"])
        image = f"{found['repository']}:{found['tag']}"
        key = (answer["scope"], answer["version"], processor, image)
        rows.setdefault(key, {})[answer["region"]] = found["account"]
    kept = {_regions_text(regions) for regions in rows.values()}
    names = {text: f"r{number}" for number, text in enumerate(sorted(kept), 1)}
    registries = ",\n".join(f' "{name}": {text}' for text, name in names.items())
    images = ",\n".join(
        f" {json.dumps([*key, names[_regions_text(rows[key])]])}" for key in sorted(rows)
    )
    return f'{{"registries": {{\n{registries}\n}},\n"images": [\n{images}\n]}}\n'


def _regions_text(accounts: Mapping[str, str]) -> str:
    """Show the regions of each account: most regions share one, which is then written once."""
    regions: dict[str, list[str]] = {}
    for region, account in sorted(accounts.items()):
        regions.setdefault(account, []).append(region)
    lines = ",\n".join(
        f"  {json.dumps(key)}: {json.dumps(regions[key])}" for key in sorted(regions)
    )
    return f"{{\n{lines}}}"


def main() -> None:
    """Write the tables."""
    TABLES.mkdir(exist_ok=True)
    for path, text in tables_of(ask_sdk()).items():
        path.write_text(text)
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
