"""YAML whose every key remembers its line: a tree of nodes, and the plain data made from it."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol

import yaml
from yaml.events import CollectionEndEvent, CollectionStartEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from trainwright.models.pipelines.definition import Finding

type Path = tuple[str | int, ...]
"""The keys from the top of a file to a value."""

_MAX_NODES = 300_000
_MAX_DEPTH = 100
_SHOWN = 8
_HARMLESS = 20_000
"""So many values in one another the parser has room for."""

_DEEP = f"is nested deeper than {_MAX_DEPTH} levels, or contains itself"
_TEXT, _TIME = "tag:yaml.org,2002:str", "tag:yaml.org,2002:timestamp"
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's where it was built in: ten times as fast."""


class Place(NamedTuple):
    """A line and a column of a file, from 1."""

    line: int
    column: int


class _Mark(Protocol):
    """What both of PyYAML's parsers say of a place, from 0."""

    line: int
    column: int


class Tree:
    """One parsed file."""

    def __init__(self, file: str, root: Node | None, loader: yaml.SafeLoader) -> None:
        self.file = file
        self._root = root
        self._loader = loader

    def place(self, path: Path) -> tuple[Place, int]:
        """Give the place of the key at *path*, or of its nearest parent, and how many keys fit."""
        node, mark = self._root, None
        for depth, part in enumerate(path):
            found = _child(node, part)
            if found is None:
                return _place(mark or (node.start_mark if node else None)), depth
            key, node = found
            mark = key.start_mark
        return _place(mark or (node.start_mark if node else None)), len(path)

    def data(self, convert: Callable[[str, Path], Any], findings: list[Finding]) -> Any:  # noqa: ANN401 - whatever the user wrote
        """Make plain data, each text given to *convert*; add a finding for each doubled key."""
        return _Construction(self, self._loader, convert, findings).value(self._root, ())

    def finding(self, path: Path, message: str) -> Finding:
        """Say *message* of the key at *path*."""
        place, _ = self.place(path)
        return Finding(file=self.file, key=dotted(path), message=message, **place._asdict())


def parse(file: str, text: str, findings: list[Finding]) -> Tree | None:
    """Parse *text*; what is no YAML is a finding."""
    try:
        if (place := _too_deep(text)) is None:
            loader = _Loader(text)
            return Tree(file, loader.get_single_node(), loader)
        message = _DEEP
    except yaml.MarkedYAMLError as error:
        place = _place(error.problem_mark or error.context_mark)
        said = " ".join(filter(None, (error.context, error.problem)))
        message = f"is no YAML: {said}"
    except yaml.reader.ReaderError as error:
        before = text.encode()[: error.position].decode(errors="ignore")
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        message = f"is no YAML: {error.reason}"
    except UnicodeError:
        place, message = Place(1, 1), "is no text in UTF-8"
    findings.append(Finding(file=file, key="(whole)", message=message, **place._asdict()))
    return None


def _too_deep(text: str) -> Place | None:
    """Find where *text* is nested so deeply that its tree would burst the stack of the parser."""
    if sum(text.count(opening) for opening in "[{-?") <= _HARMLESS:
        return None
    depth = 0
    for event in yaml.parse(text, _Loader):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > _MAX_DEPTH:
            return _place(event.start_mark)
    return None


def dotted(path: Path) -> str:
    """Write *path* as people do: `conf.models.churn.channels[0]`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "(whole)"


class _Construction:
    """Turns nodes into data, not more than a bound of them: aliases can blow a file up."""

    def __init__(
        self,
        tree: Tree,
        loader: yaml.SafeLoader,
        convert: Callable[[str, Path], Any],
        findings: list[Finding],
    ) -> None:
        self._tree, self._loader = tree, loader
        self._convert, self._findings = convert, findings
        self._left = _MAX_NODES
        self._checked: set[Node] = set()

    def value(self, node: Node | None, path: Path) -> Any:  # noqa: ANN401 - whatever the user wrote
        self._left -= 1
        if len(path) > _MAX_DEPTH and self._left >= 0:
            self._report(path[:_SHOWN], _DEEP)
            self._left = -2  # said once; the rest is left out
        if node is None or self._left < 0:
            if self._left == -1:
                self._report((), f"has more than {_MAX_NODES} values, aliases counted")
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            items = (self.value(item, (*path, at)) for at, item in enumerate(node.value))
            return [item for item in items if item is not LEFT_OUT]
        return self._scalar(node, path)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        if node not in self._checked:  # an alias of it is the same node, merged already
            self._checked.add(node)
            self._refuse_doubles(node, path)
            self._merge_others(node, path)
        pairs = {str(key.value): value for key, value in node.value}
        made = ((key, self.value(value, (*path, key))) for key, value in pairs.items())
        return {key: value for key, value in made if value is not LEFT_OUT}

    def _merge_others(self, node: MappingNode, path: Path) -> None:
        """Put in what `<<: *defaults` names, which comes before the own keys."""
        try:
            self._loader.flatten_mapping(node)
        except yaml.constructor.ConstructorError as error:
            place = _place(error.problem_mark)._asdict()
            message = "takes a mapping to merge, or a list of them"
            where = dotted((*path, "<<"))
            self._findings.append(
                Finding(file=self._tree.file, key=where, message=message, **place)
            )

    def _refuse_doubles(self, node: MappingNode, path: Path) -> None:
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                place = _place(key.start_mark)._asdict()
                message = "is there twice; the second would hide the first"
                where = dotted((*path, name))
                self._findings.append(
                    Finding(file=self._tree.file, key=where, message=message, **place)
                )
            seen.add(name)

    def _scalar(self, node: Node, path: Path) -> Any:  # noqa: ANN401 - whatever the user wrote
        if node.tag in {
            _TEXT,
            _TIME,
        }:  # JSON has no dates: a date is the text that it is written as
            return self._convert(node.value, path)
        try:
            value = self._loader.construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            said = getattr(error, "problem", None) or " ".join(str(error).split())
            self._report(path, f"{node.value!r:.80} cannot be read: {said}")
            return None
        if isinstance(value, bytes):
            self._report(path, "is binary; write text")
            return None
        return value

    def _report(self, path: Path, message: str) -> None:
        self._findings.append(self._tree.finding(path, message))


class _LeftOut:
    """The mark of a value that is left out, as if its key were not there."""


LEFT_OUT = _LeftOut()


def _child(node: Node | None, part: str | int) -> tuple[Node, Node] | None:
    if isinstance(node, MappingNode):
        # What was merged in stands before the mapping's own keys, which are those that count.
        return next(_pairs(node, str(part)), None)
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        item = node.value[part]
        return item, item
    return None


def _pairs(node: MappingNode, name: str) -> Iterator[tuple[Node, Node]]:
    return (
        (key, value)
        for key, value in reversed(node.value)
        if isinstance(key, ScalarNode) and str(key.value) == name
    )


def _place(mark: _Mark | None) -> Place:
    return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
