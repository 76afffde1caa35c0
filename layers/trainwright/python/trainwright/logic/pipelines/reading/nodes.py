"""YAML whose every key remembers its line: a tree of nodes, and the plain data made from it."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from trainwright.models.pipelines.definition import Finding

type Path = tuple[str | int, ...]
"""The keys from the top of a file to a value."""

_MAX_NODES = 300_000
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's where it was built in: ten times as fast."""


class Place(NamedTuple):
    """A line and a column of a file, from 1."""

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
        loader = _Loader(text)
        return Tree(file, loader.get_single_node(), loader)
    except yaml.MarkedYAMLError as error:
        place = _place(error.problem_mark or error.context_mark)
        said = " ".join(filter(None, (error.context, error.problem)))
        message = f"is no YAML: {said}"
    except (yaml.YAMLError, RecursionError) as error:
        place, message = Place(1, 1), f"is no YAML: {' '.join(str(error).split())}"
    findings.append(Finding(file=file, key="(whole)", message=message, **place._asdict()))
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

    def value(self, node: Node | None, path: Path) -> Any:  # noqa: ANN401 - whatever the user wrote
        self._left -= 1
        if node is None or self._left < 0:
            if self._left == -1:
                message = f"has more than {_MAX_NODES} values, aliases counted"
                self._findings.append(self._tree.finding((), message))
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            items = (self.value(item, (*path, at)) for at, item in enumerate(node.value))
            return [item for item in items if item is not LEFT_OUT]
        return self._scalar(node, path)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        self._refuse_doubles(node, path)
        self._loader.flatten_mapping(node)  # `<<: *defaults`, which come before the own keys
        pairs = {str(key.value): value for key, value in node.value}
        made = ((key, self.value(value, (*path, key))) for key, value in pairs.items())
        return {key: value for key, value in made if value is not LEFT_OUT}

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
        if node.tag == "tag:yaml.org,2002:str":
            return self._convert(node.value, path)
        try:
            return self._loader.construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            message = f"{node.value!r} cannot be read: {' '.join(str(error).split())}"
            self._findings.append(self._tree.finding(path, message))
            return None


class _LeftOut:
    """The mark of a value that is left out, as if its key were not there."""


LEFT_OUT = _LeftOut()


def _child(node: Node | None, part: str | int) -> tuple[Node, Node] | None:
    if isinstance(node, MappingNode):
        return next(_pairs(node, str(part)), None)
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        item = node.value[part]
        return item, item
    return None


def _pairs(node: MappingNode, name: str) -> Iterator[tuple[Node, Node]]:
    return (
        (key, value)
        for key, value in node.value
        if isinstance(key, ScalarNode) and str(key.value) == name
    )


def _place(mark: yaml.Mark | None) -> Place:
    return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
