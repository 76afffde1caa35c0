"""Files of JSON lines."""

import json


def read_rows(path):
    """Read an object from each line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def write_rows(path, rows):
    """Write a line for each object."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
