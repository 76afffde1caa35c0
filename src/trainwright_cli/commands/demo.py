"""`trainwright demo`: the main job, from nothing to a tested endpoint."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trainwright_cli.errors import CliError
from trainwright_cli.state_folder import checkout, state_folder
from trainwright_local.cloud.lifecycle import DEFAULT_PORT

if TYPE_CHECKING:
    from trainwright_cli.demo.chapters import Stage
    from trainwright_cli.demo.story import Story

app = typer.Typer(add_completion=False)

_NEXT = {
    "trainwright runs": "both runs, and why the second failed",
    "trainwright endpoints": "what is being served",
    "trainwright logs": "what the last training printed",
    "trainwright down": "stop everything; `trainwright up` brings it back",
    "make clean": "stop everything and leave nothing behind",
}


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the local cloud.")] = DEFAULT_PORT,
) -> None:
    """Show the main job from nothing; needs no account.

    It ends with a tested endpoint, and keeps that when a worse data set comes. Exits 0 only if all
    that it shows was true.
    """
    from trainwright_cli.demo import chapters
    from trainwright_cli.demo.story import Story

    root = checkout(Path.cwd())
    if root is None:
        raise CliError("the demo deploys template.yaml: run it inside a checkout of trainwright")
    story, state = Story(), state_folder()
    chapters.look_at_machine(story, state, port)
    info = chapters.start_cloud(story, state, port)
    stage = chapters.deploy(story, root, state, info)
    chapters.publish(story, stage)
    config = chapters.train_and_deploy(story, stage)
    seen = chapters.predict(story, stage)
    chapters.refuse(story, stage, config, seen)
    _end(story, stage)


def _end(story: "Story", stage: "Stage") -> None:
    story.chapter(f"All of this took {story.elapsed}; it goes on running")
    for command, what in _NEXT.items():
        story.console.print(f"  [bold]{command:<22}[/]  [dim]{what}[/]", soft_wrap=True)
    body = stage.data("unseen").relative_to(stage.checkout) / "data.csv"
    story.aside(
        f"\nThe commands are in .venv/bin, state and logs in {stage.state}. Ask it yourself:"
    )
    story.console.print(
        f"  [bold].venv/bin/trainwright invoke {stage.model} --body {body}[/]", soft_wrap=True
    )
