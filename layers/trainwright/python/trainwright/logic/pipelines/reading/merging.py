"""Several files to one document, whatever their order."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from trainwright.logic.pipelines.reading.nodes import Path, Tree, dotted, parse
from trainwright.logic.pipelines.reading.placeholders import Placeholders
from trainwright.models.pipelines.definition import Finding

_PIPELINE = "sagemakerPipeline"


class Merged:
    """The data of all files under `conf`, and where each part of it is written."""

    def __init__(self, trees: Sequence[Tree], placeholders: Placeholders) -> None:
        self._trees = trees
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
        tree = max(self._trees, key=lambda tree: tree.place(path)[1])
        return tree.finding(path, message)

    def report(self, path: Path, message: str) -> None:
        """Add a finding."""
        self.findings.append(self.finding(path, message))
        self.reported.append(path)

    def _add(self, tree: Tree) -> None:
        self.placeholders.unset = {}
        data = tree.data(self.placeholders.convert, self.findings)
        self.unset |= {path[1:]: name for path, name in self.placeholders.unset.items()}
        if not isinstance(data, dict) or not isinstance(data.get("conf"), dict):
            hint = _misplaced(data)
            self.findings.append(tree.finding((), f"has no mapping 'conf' at its top{hint}"))
            return
        for key in data.keys() - {"conf"}:
            self.findings.append(tree.finding((key,), "is no key here; known: conf"))
        for key, value in data["conf"].items():
            if key == "models":
                self._add_models(tree, value)
            elif key in self.conf:
                what = "this pipeline" if key == _PIPELINE else f"'{key}'"
                self.findings.append(
                    tree.finding(("conf", key), f"{what} is described in another file already")
                )
            else:
                self.conf[key] = value

    def _add_models(self, tree: Tree, models: object) -> None:
        if not isinstance(models, dict):
            self.findings.append(tree.finding(("conf", "models"), "must be a mapping of models"))
            return
        known = self.conf.setdefault("models", {})
        for name, sections in models.items():
            path: Path = ("conf", "models", name)
            if not isinstance(sections, dict):
                self.findings.append(tree.finding(path, "must be a mapping of sections"))
                continue
            there = known.setdefault(name, {})
            for section in sections.keys() & there.keys():
                message = "is written in another file already; one of them would be lost"
                self.findings.append(tree.finding((*path, section), message))
            known[name] = sections | there


def merge(files: Iterable[tuple[str, str]], values: Mapping[str, str]) -> Merged:
    """Merge *files* (name and text), their placeholders replaced by *values*."""
    findings: list[Finding] = []
    trees = [tree for name, text in files if (tree := parse(name, text, findings))]
    placeholders = Placeholders(values)
    merged = Merged(trees, placeholders)
    merged.findings[:0] = [*findings, *placeholders.complaints()]
    return merged


def _misplaced(data: object) -> str:
    if isinstance(data, dict) and data.keys() & {"models", _PIPELINE}:
        return ": 'models' and 'sagemakerPipeline' belong below it"
    return ""
