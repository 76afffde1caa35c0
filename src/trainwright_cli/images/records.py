"""Which image of a container is in force: SSM parameters for planning, a file for others."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


class Records:
    """The parameters `/<stack>/images/<container>/<processor>`, whose values name digests."""

    def __init__(self, ssm: "SSMClient", stack: str) -> None:
        self._ssm = ssm
        self._root = f"/{stack}/images"

    def put(self, name: str, processor: str, uri: str) -> None:
        """Put an image in force."""
        self._ssm.put_parameter(
            Name=f"{self._root}/{name}/{processor}", Value=uri, Type="String", Overwrite=True
        )

    def all(self) -> dict[tuple[str, str], str]:
        """Return the images in force by container and processor."""
        pages = self._ssm.get_paginator("get_parameters_by_path")
        found = pages.paginate(Path=self._root, Recursive=True)
        values = {entry["Name"]: entry["Value"] for page in found for entry in page["Parameters"]}
        return {_key(name): uri for name, uri in values.items()}


def write_file(path: Path, uris: dict[tuple[str, str], str]) -> None:
    """Write the images by container and processor, beside what the file says of others."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for name, by_processor in nested(uris).items():
        known[name] = known.get(name, {}) | by_processor
    path.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def nested(uris: dict[tuple[str, str], str]) -> dict[str, dict[str, str]]:
    """Return the images by processor below their containers."""
    by_name: dict[str, dict[str, str]] = {}
    for (name, processor), uri in uris.items():
        by_name.setdefault(name, {})[processor] = uri
    return by_name


def _key(parameter: str) -> tuple[str, str]:
    *_, name, processor = parameter.split("/")
    return name, processor
