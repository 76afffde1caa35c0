"""The records of all resources: in memory, and written through to one JSON file each."""

import json
import os
import threading
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

type Json = Any
"""Whatever JSON can hold."""

type Record = dict[str, Json]

LONGEST_FILE_NAME = 200


class Collection:
    """Records of one kind by key; what is read is always a copy, what is written is on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._texts = {
            entry["key"]: json.dumps(entry["record"])
            for entry in map(_entry, sorted(folder.glob("*.json")))
        }

    def get(self, key: str) -> Record | None:
        """Return the record under *key*."""
        with self._lock:
            text = self._texts.get(key)
        return None if text is None else _record(text)

    def list(self) -> list[Record]:
        """Return all records, in the order in which they were first put."""
        with self._lock:
            texts = list(self._texts.values())
        return [_record(text) for text in texts]

    def put(self, key: str, record: Record) -> None:
        """Write *record* under *key*, over what was there."""
        with self._lock:
            text = json.dumps(record)
            self._write(key, text)
            self._texts[key] = text

    def add(self, key: str, record: Record) -> bool:
        """Write *record* unless there is one under *key*; whether it was written."""
        with self._lock:
            if key in self._texts:
                return False
            self.put(key, record)
            return True

    def update(self, key: str, change: Callable[[Record], object]) -> Record | None:
        """Let *change* alter the record under *key* in one step; the record as it is then."""
        with self._lock:
            record = self.get(key)
            if record is not None:
                change(record)
                self.put(key, record)
            return record

    def delete(self, key: str) -> Record | None:
        """Remove the record under *key*; what it was."""
        with self._lock:
            text = self._texts.pop(key, None)
            if text is None:
                return None
            self._file(key).unlink(missing_ok=True)
            return _record(text)

    def _write(self, key: str, text: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._file(key)
        draft = file.with_suffix(".draft")
        draft.write_text(f'{{"key": {json.dumps(key)}, "record": {text}}}')
        os.replace(draft, file)  # noqa: PTH105 - the pair of names reads as what it does

    def _file(self, key: str) -> Path:
        name = quote(key, safe="")
        if len(name) > LONGEST_FILE_NAME:
            name = sha256(key.encode()).hexdigest()
        return self._folder / f"{name}.json"


class Store:
    """The collections of one account in one region."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._collections: dict[str, Collection] = {}

    def collection(self, name: str) -> Collection:
        """Return the records called *name* (`training-jobs`, `models` ...)."""
        with self._lock:
            if name not in self._collections:
                self._collections[name] = Collection(self._folder / name)
            return self._collections[name]


class Stores:
    """A `Store` for each account and region, below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._stores: dict[tuple[str, str], Store] = {}

    def of(self, account: str, region: str) -> Store:
        """Return the store of *account* in *region*."""
        with self._lock:
            if (account, region) not in self._stores:
                self._stores[account, region] = Store(self._folder / account / region)
            return self._stores[account, region]

    def places(self) -> list[tuple[str, str]]:
        """List every (account, region) that has records on disk."""
        return sorted((f.parent.name, f.name) for f in self._folder.glob("*/*") if f.is_dir())


def _entry(file: Path) -> Record:
    return _record(file.read_text())


def _record(text: str) -> Record:
    record: Record = json.loads(text)
    return record
