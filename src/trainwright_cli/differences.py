"""What is different between two versions of an algorithm: fields of the manifest, and files."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from trainwright.errors import InvalidRequestError
from trainwright.logic.packaging import MANIFEST, Files
from trainwright.logic.yaml_text import read_yaml

_KILO = 1000
_LONGEST = 60  # characters of a value


class Change(NamedTuple):
    """A field or a file, and its value or its size on both sides; None where it is not there."""

    what: str
    before: Any
    after: Any

    @property
    def sign(self) -> str:
        """Show whether it was added, removed or changed."""
        if self.before is None:
            return "+"
        return "-" if self.after is None else "~"


class Difference(NamedTuple):
    """All changes."""

    fields: tuple[Change, ...]
    files: tuple[Change, ...]

    @property
    def as_json(self) -> dict[str, list[dict[str, Any]]]:
        """The keys of `--json`."""
        return {
            "fields": [change._asdict() for change in self.fields],
            "files": [change._asdict() for change in self.files],
        }

    def lines(self) -> Iterator[str]:
        """Tell each change on one line."""
        for change in self.fields:
            yield _line(change, _value(change.before), _value(change.after))
        for change in self.files:
            yield _line(change, size(change.before), size(change.after))


def difference(before: Files, after: Files) -> Difference:
    """Compare two packages; a file's values are its sizes in bytes."""
    fields = _changes(_fields(before), _fields(after))
    paths = [path for path in sorted({*before, *after}) if before.get(path) != after.get(path)]
    files = (Change(path, _bytes(before, path), _bytes(after, path)) for path in paths)
    return Difference(tuple(fields), tuple(files))


def size(count: int | None) -> str:
    """Write a size as people read it."""
    if count is None:
        return ""
    if count < _KILO:
        return f"{count} B"
    return f"{count / _KILO:.1f} kB" if count < _KILO**2 else f"{count / _KILO**2:.1f} MB"


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield Change(name, before.get(name), after.get(name))


def _fields(files: Files) -> dict[str, Any]:
    """Read the manifest as dotted names; a manifest that is none has no fields."""
    try:
        manifest = read_yaml(files.get(MANIFEST, b"").decode())
    except (InvalidRequestError, UnicodeDecodeError):
        return {}
    return dict(_flat("", manifest)) if isinstance(manifest, dict) else {}


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any YAML
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}" if name else str(key), inner)
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for place, inner in enumerate(value):
            yield from _flat(f"{name}.{place}", inner)
    else:
        yield name, value


def _bytes(files: Files, path: str) -> int | None:
    return len(files[path]) if path in files else None


def _line(change: Change, before: str, after: str) -> str:
    told = {"+": after, "-": before, "~": f"{before} -> {after}" if before != after else before}
    return f"{change.sign} {change.what}  {told[change.sign]}"


def _value(value: Any) -> str:  # noqa: ANN401 - any YAML
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
