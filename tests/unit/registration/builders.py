"""A small algorithm as the files of its package, and the ports of registration in memory."""

from datetime import datetime
from typing import Any

import yaml

from tests.memory import NOON
from trainwright.logic.packaging import archive, version_of
from trainwright.logic.registration import register_algorithm
from trainwright.models.account import Account
from trainwright.models.algorithm import Registration
from trainwright.models.inbound import ObjectCreated
from trainwright.models.message import JsonObject

ACCOUNT = Account(
    stack="demo",
    partition="aws",
    url_suffix="amazonaws.com",
    region="eu-west-1",
    account="123456789012",
    bucket="demo-data",
    role="arn:aws:iam::123456789012:role/demo-sagemaker",
)


def a_manifest() -> dict[str, Any]:
    return {
        "name": "median",
        "title": "Median",
        "description": "Predicts the median of the target.",
        "licence": "Apache-2.0",
        "framework": {"name": "sklearn", "version": "1.2-1"},
        "train": {
            "entry_point": "train.py",
            "instance_type": "ml.m5.large",
            "channels": {"train": {"required": True, "content_type": "text/csv"}},
            "hyperparameters": {"seed": {"type": "integer", "default": 1, "description": "Seed."}},
            "metrics": [{"name": "validation:mae", "regex": "mae=([0-9.]+)"}],
            "gate": {"metric": "validation:mae", "maximum": 10},
        },
        "infer": {
            "entry_point": "inference.py",
            "instance_type": "ml.m5.large",
            "content_types": ["text/csv"],
            "accepts": ["application/json"],
            "smoke_tests": [
                {
                    "name": "two rows",
                    "file": "smoke/rows.csv",
                    "content_type": "text/csv",
                    "expect": {"json_schema": {"required": ["predictions"]}},
                }
            ],
        },
    }


def a_package(
    manifest: dict[str, Any] | str | None = None, **files: bytes | None
) -> dict[str, bytes]:
    """Files of the algorithm *median*; `__` in a name stands for `/`, None takes a file away."""
    text = manifest if isinstance(manifest, str) else yaml.safe_dump(manifest or a_manifest())
    package: dict[str, bytes | None] = {
        "algorithm.yaml": text.encode(),
        "train.py": b"print('mae=1.0')\n",
        "inference.py": b"def model_fn(model_dir):\n    return None\n",
        "smoke/rows.csv": b"1,2\n3,4\n",
    }
    package |= {name.replace("__", "/").replace("_py", ".py"): body for name, body in files.items()}
    return {name: body for name, body in package.items() if body is not None}


def uploaded(key: str, time: datetime = NOON) -> ObjectCreated:
    detail = {"bucket": {"name": ACCOUNT.bucket}, "object": {"key": key}}
    return ObjectCreated.model_validate({"time": time, "detail": detail})


class MemoryPackages:
    """The bucket as a dict."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def add(self, files: dict[str, bytes], name: str = "median") -> str:
        """Put a package where publishing would, and return its key."""
        return self.add_raw(archive(files), version_of(files), name)

    def add_raw(self, body: bytes, version: str = "0123456789ab", name: str = "median") -> str:
        key = f"algorithms/{name}/{version}/package.tar.gz"
        self.objects[key] = body
        return key

    def get(self, key: str, limit: int) -> bytes | None:
        body = self.objects[key]
        return body if len(body) <= limit else None

    def put(self, key: str, body: bytes) -> None:
        self.objects[key] = body


class MemoryCatalogue:
    """The parameters as a dict of dicts."""

    def __init__(self) -> None:
        self.parameters: dict[str, dict[str, str]] = {}
        self.now = NOON
        self.since: dict[str, datetime] = {}

    def put(self, name: str, parameters: dict[str, str]) -> None:
        self.parameters[name] = parameters
        self.since[name] = self.now

    def replaced(self, name: str, manifest: str) -> datetime | None:
        found = self.parameters.get(name, {"manifest": manifest})
        return None if found["manifest"] == manifest else self.since[name]


class MemoryAnnouncements:
    """The bus as a list."""

    def __init__(self) -> None:
        self.published: list[tuple[str, JsonObject]] = []

    def publish(self, detail_type: str, detail: JsonObject) -> None:
        self.published.append((detail_type, detail))


class Stack:
    """A stack in memory, to which packages can be uploaded."""

    def __init__(self) -> None:
        self.packages = MemoryPackages()
        self.catalogue = MemoryCatalogue()
        self.announcements = MemoryAnnouncements()

    def register(self, key: str, time: datetime = NOON) -> Registration:
        return register_algorithm(
            uploaded(key, time),
            packages=self.packages,
            catalogue=self.catalogue,
            announcements=self.announcements,
            account=ACCOUNT,
        )
