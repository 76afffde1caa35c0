"""Write `images.json`, the layer's table of AWS's framework images, from the SDK's answers.

Needs the environment `.sdk` (`locks/sdk.txt`). The SDK is asked and its data not copied, so
the table says what users of the SDK get, special cases included.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from trainwright.logic.images import processor_of

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "layers/trainwright/python/trainwright/images.json"
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


def table_of(answers: Iterable[Answer]) -> dict[str, Any]:
    """Fold *answers* into rows: registries that are alike are kept once."""
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    for answer in answers:
        if (found := _URI.fullmatch(answer["uri"])) is None:
            raise ValueError(f"not an image of a registry: {answer['uri']}")
        key = (
            answer["framework"],
            answer["version"],
            answer["scope"],
            processor_of(answer["instance_type"]),
            f"{found['repository']}:{found['tag']}",
        )
        rows.setdefault(key, {})[answer["region"]] = found["account"]
    registries = {json.dumps(accounts, sort_keys=True): accounts for accounts in rows.values()}
    names = {text: f"registries-{number}" for number, text in enumerate(sorted(registries), 1)}
    return {
        "registries": {names[text]: accounts for text, accounts in registries.items()},
        "images": [_row(key, names[json.dumps(rows[key], sort_keys=True)]) for key in sorted(rows)],
    }


def _row(key: tuple[str, ...], registries: str) -> dict[str, str]:
    fields = ("framework", "version", "scope", "processor", "image")
    return {**dict(zip(fields, key, strict=True)), "registries": registries}


def text_of(table: dict[str, Any]) -> str:
    """Show *table* as JSON with a line for each row, so that a new version is a line of a diff."""
    registries = json.dumps(table["registries"], indent=1, sort_keys=True)
    images = ",\n".join(f" {json.dumps(row)}" for row in table["images"])
    return f'{{"registries": {registries},\n"images": [\n{images}\n]}}\n'


def main() -> None:
    """Write the table."""
    TABLE.write_text(text_of(table_of(ask_sdk())))
    sys.stdout.write(f"{TABLE.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
