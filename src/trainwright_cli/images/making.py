"""Building and pushing several images, with a bar that says how far each is."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from trainwright_cli.errors import CliError
from trainwright_cli.images.building import Builder, Target
from trainwright_cli.images.engines import Progress as Step
from trainwright_cli.images.pushing import Destination, ensure, push_as
from trainwright_cli.output import talk

type Uris = dict[tuple[str, str], str]
"""The images by container and processor."""


def build(builder: Builder, targets: Sequence[Target]) -> None:
    """Build *targets*, but for those that are on this machine."""
    with _bars() as bars:
        for target in targets:
            _build(builder, target, bars)


def push(
    builder: Builder | None, targets: Sequence[Target], destination: Destination, also: str = ""
) -> Uris:
    """Push *targets* that are built on others; build before what is neither built nor there.

    Without a *builder* the scripts alone are pushed. *also* names the one target in other words.
    """
    uris: Uris = {}
    engine = builder.engine if builder else None
    with _bars() as bars:
        for target in targets:
            if target.folder.base is None:
                continue
            name = target.folder.name
            repository = destination.repository(name)
            if builder and (also or destination.find(repository, target.tag) is None):
                for needed in (*_below(target), target):
                    _build(builder, needed, bars)
            with _one(bars, f"pushing {name} ({target.processor})") as step:
                uris[name, target.processor] = ensure(destination, engine, target, repository)
                if also:
                    push_as(destination, engine, target, also)
                step(1, 1)
    if not uris:
        raise CliError("nothing to push: none of these containers has such an image")
    return uris


def _below(target: Target) -> Iterator[Target]:
    """Yield what *target* is built on, the lowest first."""
    if base := target.folder.base:
        below = Target(base, target.variant, target.platform)
        yield from _below(below)
        yield below


def _build(builder: Builder, target: Target, bars: Progress) -> None:
    image = target.image(builder.stack)
    if builder.engine.has(image):
        return
    with _one(bars, f"building {image}") as step:
        builder.build(target, step)


def _bars() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=talk(),
    )


@contextmanager
def _one(bars: Progress, what: str) -> Iterator[Step]:
    """Show a bar for *what*, which is full when it is done."""
    task = bars.add_task(what, total=None)

    def step(number: int, total: int) -> None:
        bars.update(task, completed=number - 1, total=total)

    yield step
    total = next(found.total for found in bars.tasks if found.id == task) or 1
    bars.update(task, completed=total, total=total)
