"""The table of commands, and how the program ends."""

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Annotated, Any, NamedTuple, cast

import typer
from typer.core import TyperCommand, TyperGroup

from trainwright.errors import TrainwrightError
from trainwright_cli import aws_errors
from trainwright_cli.errors import CliError, ExitCode
from trainwright_cli.output import complain
from trainwright_local.cloud.errors import CloudError

EPILOG = """\b
Exit codes:
  0    done
  1    an error you can correct, or not confirmed
  2    wrong usage of the command line
  3    the run failed, its model was not good enough, or it was stopped
  4    the upload or the algorithm was refused; all its problems are listed
  130  interrupted

Without --profile or --endpoint-url, commands talk to the local cloud if it is up, else to AWS \
with your default credentials. Data goes to stdout, all else to stderr; NO_COLOR is honoured."""


class Place(NamedTuple):
    """How `--help` lists a command without loading it; `commands` has its module."""

    panel: str
    summary: str


_LOCAL, _TRAIN, _SERVE = "Local cloud", "Runs", "Endpoints"
_ALGORITHMS, _PIPELINES = "Algorithms", "Pipelines"
_NAME = 10
COMMANDS = {
    "demo": Place(_LOCAL, "Show the main job from nothing; needs no account."),
    "up": Place(_LOCAL, "Start the local cloud and say where it answers."),
    "down": Place(_LOCAL, "Stop the local cloud; its data stays."),
    "status": Place(_LOCAL, "Say whether the local cloud is up, and where."),
    "doctor": Place(_LOCAL, "Check what the local cloud needs of this machine."),
    "algorithms": Place(_ALGORITHMS, "List, show, make and check algorithms; go back."),
    "publish": Place(_ALGORITHMS, "Make algorithms known to the stack."),
    "images": Place(_ALGORITHMS, "Build, push and list the containers' images."),
    "plan": Place(_TRAIN, "Print all that a run would do, without doing it."),
    "upload": Place(_TRAIN, "Start a run by uploading data; print its id."),
    "runs": Place(_TRAIN, "List the last runs and what became of them."),
    "watch": Place(_TRAIN, "Show a run live until it ends."),
    "logs": Place(_TRAIN, "Print the log of a training job or an endpoint."),
    "stop": Place(_TRAIN, "Stop a run and the training job it pays for."),
    "pipelines": Place(_PIPELINES, "Check, plan, draw, publish and run pipelines."),
    "invoke": Place(_SERVE, "Send a request to a model's endpoint."),
    "endpoints": Place(_SERVE, "List the endpoints of the stack."),
    "delete": Place(_SERVE, "Delete a model's endpoint."),
}


class LazyCommands(MutableMapping[str, Any]):
    """The commands by name; a command's module is imported when it is looked up."""

    def __init__(self) -> None:
        self._loaded: dict[str, TyperCommand] = {}

    def __getitem__(self, name: str) -> TyperCommand:
        """Import the command."""
        if name not in self._loaded:
            if name not in COMMANDS:
                raise KeyError(name)
            app = import_module(f"trainwright_cli.commands.{name}").app
            # Rich's help pages are framed more prettily and take a quarter of a second to import.
            app.rich_markup_mode = None
            command = cast("TyperCommand", typer.main.get_command(app))
            command.name = name
            self._loaded[name] = command
        return self._loaded[name]

    def __setitem__(self, name: str, command: TyperCommand) -> None:
        """Put a loaded command in."""
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        """Forget a loaded command."""
        del self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        """Give the names, loading nothing."""
        return iter(COMMANDS)

    def __len__(self) -> int:
        """Count the names."""
        return len(COMMANDS)


class Commands(TyperGroup):
    """The commands, and the boundary where an error becomes a line and an exit code."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - Typer's own
        super().__init__(**settings)
        self.commands = LazyCommands()

    def format_commands(self, _ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - Typer's own
        """List the commands under their headings."""
        by_panel: dict[str, list[tuple[str, str]]] = {}
        for name, place in COMMANDS.items():
            by_panel.setdefault(place.panel, []).append((name.ljust(_NAME), place.summary))
        for panel, rows in by_panel.items():
            with formatter.section(panel):
                formatter.write_dl(rows)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - the context's class is private to Typer
        """Run the command; what the user can solve is told on one line, the rest is raised."""
        try:
            return super().invoke(ctx)
        except CliError as error:
            raise _ended(str(error), error.exit_code) from error
        except (CloudError, TrainwrightError) as error:
            raise _ended(str(error)) from error
        except Exception as error:  # the top of the program: asks only whose error it is
            if line := aws_errors.explain(error):
                raise _ended(line) from error
            raise


def _ended(line: str, code: ExitCode = ExitCode.ERROR) -> typer.Exit:
    complain(line)
    return typer.Exit(code)


app = typer.Typer(
    cls=Commands,
    help="Drop data in S3, get a tested endpoint.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 - slow, and for this option only

        typer.echo(f"trainwright {version('trainwright')}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Drop data in S3, get a tested endpoint."""


def run() -> None:
    """Run the program; the entry point of `trainwright`."""
    app()
