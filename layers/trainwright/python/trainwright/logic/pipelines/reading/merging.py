"""Several files to one document, whatever their order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from trainwright.logic.pipelines.reading.nodes import Path, Tree, dotted, parse
from trainwright.logic.pipelines.reading.old_layout import Straightened
from trainwright.logic.pipelines.reading.placeholders import Placeholders
from trainwright.models.pipelines.definition import Finding

_PIPELINE = "sagemakerPipeline"


class Merged:
    """The data of all files under `conf`, and where each part of it is written."""

    def __init__(self, trees: Sequence[Tree], placeholders: Placeholders) -> None:
        self._trees: list[tuple[Tree, Straightened]] = []
        self.placeholders = placeholders
        self.findings: list[Finding] = []
        self.reported: list[Path] = []
        """Where the findings of `report` are."""
        self.conf: dict[str, Any] = {}
        self.unset: dict[Path, str] = {}
        for tree in trees:
            self._add(tree)

    def finding(self, path: Path, message: str) -> Finding:
        """Say *message* of the key at *path* (below `conf`), in the file that has most of it."""
        path = ("conf", *path)
        if not self._trees:
            return Finding(file="(none)", line=1, column=1, key=dotted(path), message=message)
        written = [(tree, layout.real(path)) for tree, layout in self._trees]
        tree, path = max(written, key=lambda it: it[0].place(it[1])[1] - len(it[1]))
        return tree.finding(path, message)

    def report(self, path: Path, message: str) -> None:
        """Add a finding."""
        self.findings.append(self.finding(path, message))
        self.reported.append(path)

    def _add(self, tree: Tree) -> None:
        self.placeholders.unset = {}
        data = tree.data(self.placeholders.convert, self.findings)
        self.unset |= {path[1:]: name for path, name in self.placeholders.unset.items()}
        layout = Straightened(data)
        self._trees.append((tree, layout))
        self.findings += [tree.finding(*complaint) for complaint in layout.complaints]

        def say(path: Path, message: str) -> None:
            self.findings.append(tree.finding(layout.real(path), message))

        if not isinstance(layout.data.get("conf"), dict):
            say((), "has no mapping 'conf' at its top")
            return
        for key in layout.data.keys() - {"conf"}:
            say((key,), "is no key here; known: conf")
        for key, value in layout.data["conf"].items():
            if key == "models":
                self._add_models(value, say)
            elif self.conf.get(key) is None:
                self.conf[key] = value
            elif value is not None:
                what = "this pipeline" if key == _PIPELINE else f"'{key}'"
                say(("conf", key), f"{what} is described in another file already")

    def _add_models(self, models: object, say: Callable[[Path, str], None]) -> None:
        """Add models; one without a value is left out, and so are sections without."""
        if models is None:
            return
        if not isinstance(models, dict):
            say(("conf", "models"), "must be a mapping of models")
            return
        known = self.conf.setdefault("models", {})
        for name, sections in models.items():
            path: Path = ("conf", "models", name)
            if sections is None:
                continue
            if not isinstance(sections, dict):
                say(path, "must be a mapping of sections")
                continue
            found = {key: value for key, value in sections.items() if value is not None}
            there = known.setdefault(name, {})
            for section in found.keys() & there.keys():
                message = "is written in another file already; one of them would be lost"
                say((*path, section), message)
            known[name] = found | there


def merge(files: Iterable[tuple[str, str]], values: Mapping[str, str]) -> Merged:
    """Merge *files* (name and text), their placeholders replaced by *values*."""
    findings: list[Finding] = []
    trees = [tree for name, text in files if (tree := parse(name, text, findings))]
    placeholders = Placeholders(values)
    merged = Merged(trees, placeholders)
    merged.findings[:0] = [*findings, *placeholders.complaints()]
    return merged
