"""Write `docs/algorithms.md`: what each algorithm is, and what it reached here.

From the manifests, and from what `make test-algorithms ARGS=--record` has written to
`docs/algorithms/`. The page is made of committed files only, so a test can make it again.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from trainwright.logic.packaging import read_folder, version_of
from trainwright.models.images import ContainerImage, Scope
from trainwright.models.manifest import AlgorithmManifest

ROOT = Path(__file__).resolve().parent.parent
PAGE = Path("docs/algorithms.md")
FOLDER = Path("docs/algorithms")
PLACES = ("algorithms", "containers")

INTRODUCTION = """\
# Algorithms

Every algorithm here is trained on its sample, deployed and asked by the tests. What the table
says was reached then, in the local cloud, on two cores without a GPU: samples are small, so it
tells that the code learns, and not how good the method is. The environment is what stands in for
the image, with the algorithm's requirements. A channel in brackets is optional.

This page is made by `python -m tools.make_algorithms_page` from the manifests and from what
`make test-algorithms ARGS=--record` writes.
"""

HEADER = """\
| algorithm | task | runs in | licence | channels | reached here | training | environment |
|---|---|---|---|---|---|---|---|
"""


class Entry(NamedTuple):
    """An algorithm's folder, and what is recorded of it."""

    folder: Path
    manifest: AlgorithmManifest
    checks: dict[str, Any]
    result: dict[str, Any] | None

    @property
    def name(self) -> str:
        """Its name."""
        return self.folder.name

    @property
    def version(self) -> str:
        """The version of what lies in the folder now."""
        return version_of(read_folder(self.folder))


def entries(root: Path = ROOT) -> list[Entry]:
    """Read every algorithm, by place and name."""
    found = (path for place in PLACES for path in sorted(root.glob(f"{place}/*/algorithm.yaml")))
    return [_entry(root, path.parent) for path in found]


def page(root: Path = ROOT) -> str:
    """Make the page."""
    found = entries(root)
    table = HEADER + "".join(f"{_row(entry)}\n" for entry in found)
    sections = ["\n".join(_section(root, entry)) for entry in found]
    return "\n".join([INTRODUCTION, table, *sections])


def _entry(root: Path, folder: Path) -> Entry:
    manifest = AlgorithmManifest.model_validate(_yaml(folder / "algorithm.yaml"))
    checks = folder / "checks.yaml"
    result = root / FOLDER / "results" / f"{folder.name}.json"
    return Entry(
        folder,
        manifest,
        _yaml(checks) if checks.exists() else {},
        json.loads(result.read_text(encoding="utf-8")) if result.exists() else None,
    )


def _yaml(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def _row(entry: Entry) -> str:
    result = entry.result or {}
    seconds, megabytes = result.get("training_seconds"), result.get("environment_megabytes")
    cells = (
        f"[{entry.name}](#{entry.name})",
        entry.manifest.title,
        ", ".join(dict.fromkeys(_runs_in(entry.manifest))),
        entry.manifest.licence,
        _channels(entry.manifest),
        _reached(entry),
        "" if seconds is None else f"{seconds:g} s",
        "" if megabytes is None else f"{megabytes} MB",
    )
    return f"| {' | '.join(cells)} |"


def _runs_in(manifest: AlgorithmManifest) -> Iterator[str]:
    scopes: tuple[Scope, ...] = ("training", "inference")
    for scope in scopes:
        if framework := manifest.framework_for(scope):
            yield f"{framework.name} {framework.version}"
        elif isinstance(image := manifest.image_for(scope), ContainerImage):
            yield f"container `{image.container}`"
        elif image:
            yield "its own image"


def _channels(manifest: AlgorithmManifest) -> str:
    channels = manifest.train.channels.items() if manifest.train else ()
    return " ".join(f"`{name}`" if c.required else f"(`{name}`)" for name, c in channels)


def _reached(entry: Entry) -> str:
    """Give the metric that the tests hold it to."""
    name = entry.checks.get("metric", {}).get("name", "")
    value = (entry.result or {}).get("metrics", {}).get(name)
    return "" if value is None else f"{name.removeprefix('validation:')} {value:g}"


def _section(root: Path, entry: Entry) -> Iterator[str]:
    manifest, folder = entry.manifest, entry.folder.relative_to(root).as_posix()
    yield f"## {entry.name}\n"
    links = [f"[folder](../{folder})"]
    links += [f"[method]({manifest.reference})"] if manifest.reference else []
    described = " ".join(manifest.description.split())
    yield f"**{manifest.title}.** {described} {' · '.join(links)}\n"
    if reason := entry.checks.get("untried"):
        yield f"Not tried here: {reason}\n"
    drawn = sorted((root / FOLDER).glob(f"{entry.name}.*"))
    for path in drawn:
        yield f"![{manifest.title}](algorithms/{path.name})\n"
    examples = (entry.result or {}).get("examples", [])
    if examples and not drawn:
        yield from _example(examples[0])
    yield from _list([*_metrics(entry), *_notes(manifest.notes)])


def _example(example: dict[str, str]) -> Iterator[str]:
    yield f"{example['name'][:1].upper()}{example['name'][1:]}:\n"
    yield f"```\n{example['request'].rstrip()}\n```\n"
    yield f"is answered with\n\n```\n{example['answer'].rstrip()}\n```\n"


def _metrics(entry: Entry) -> Iterator[str]:
    metrics = (entry.result or {}).get("metrics", {})
    if metrics:
        yield "Reached: " + ", ".join(f"`{name}` {value:g}" for name, value in metrics.items())


def _notes(notes: Iterable[str]) -> Iterator[str]:
    return (" ".join(note.split()) for note in notes)


def _list(lines: Iterable[str]) -> Iterator[str]:
    listed = "".join(f"- {line}\n" for line in lines)
    if listed:
        yield listed


def main() -> None:
    """Write the page where it is committed."""
    (ROOT / PAGE).write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")


if __name__ == "__main__":
    main()
