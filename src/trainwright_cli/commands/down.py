"""`trainwright down`: stop the local cloud."""

from pathlib import Path
from typing import Annotated

import typer

from trainwright_cli.output import say
from trainwright_cli.state_folder import state_folder
from trainwright_local.cloud import lifecycle

app = typer.Typer(add_completion=False)


@app.command()
def down(
    state: Annotated[
        Path | None, typer.Option(help="State folder, else $TRAINWRIGHT_STATE or .trainwright.")
    ] = None,
) -> None:
    """Stop the local cloud; its data stays."""
    folder = (state or state_folder()).absolute()
    if lifecycle.down(folder):
        say(f"The local cloud is down. Its data stays in {folder}; `trainwright up` goes on there.")
    else:
        say("The local cloud was not up.")
