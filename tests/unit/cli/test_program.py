"""The program as a whole: its commands, its help, its exit codes, and whose error it is."""

import subprocess
import sys

import pytest
import typer

from tests.unit.cli.conftest import Run
from trainwright.errors import InvalidRequestError
from trainwright_cli import main
from trainwright_cli.aws_errors import explain
from trainwright_cli.commands import status
from trainwright_cli.errors import CliError, ExitCode, RefusedError


def test_help_lists_every_command_and_every_exit_code(run: Run) -> None:
    ended = run("--help")

    assert ended.code == 0
    assert all(f"  {name} " in ended.out for name in main.COMMANDS)
    assert all(f"    {code.value} " in ended.out for code in ExitCode)


@pytest.mark.parametrize("name", main.COMMANDS)
def test_every_command_explains_itself(run: Run, name: str) -> None:
    ended = run(name, "--help")

    assert ended.code == 0
    assert ended.out.startswith("Usage: ")
    assert "completion" not in ended.out


@pytest.mark.parametrize("name", main.COMMANDS)
def test_the_list_says_what_the_command_says_of_itself(name: str) -> None:
    summary = main.LazyCommands()[name].get_short_help_str(200)

    assert main.COMMANDS[name].summary == summary


@pytest.mark.parametrize("name", main.COMMANDS)
def test_json_has_a_documented_shape(run: Run, name: str) -> None:
    text = " ".join(run(name, "--help").out.split())

    assert ("--json Print JSON" in text) == ("--json prints " in text)


@pytest.mark.parametrize("name", ["--help", *main.COMMANDS])
def test_help_loads_nothing_that_is_slow(name: str) -> None:
    words = [name] if name == "--help" else [name, "--help"]
    code = (
        "import sys; sys.argv = ['trainwright', *sys.argv[1:]]\n"
        "from trainwright_cli.main import run\n"
        "try: run()\n"
        "except SystemExit: print(*{'boto3', 'ministack', 'pydantic'} & {*sys.modules}, 'loaded')"
    )
    asked = [sys.executable, "-c", code, *words]
    ended = subprocess.run(asked, capture_output=True, text=True, check=True)

    assert ended.stdout.splitlines()[-1] == "loaded"


def test_a_command_that_does_not_exist_is_wrong_usage(run: Run) -> None:
    ended = run("uplaod")

    assert ended.code == ExitCode.USAGE
    assert "Did you mean" in ended.err
    assert "upload" in ended.err


def test_the_version_is_the_packages(run: Run) -> None:
    assert run("--version").out.startswith("trainwright 0.")


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (CliError("do that"), 1, "error: do that\n"),
        (InvalidRequestError("do this"), 1, "error: do this\n"),
        (RefusedError("it", ["a: b", "c: d"]), 4, "error: it was refused:\n  a: b\n  c: d\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_an_error_of_the_users_is_a_line_and_a_code(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, line: str
) -> None:
    def fail() -> None:
        raise error

    broken = typer.Typer(add_completion=False)
    broken.command()(fail)
    monkeypatch.setattr(status, "app", broken)

    ended = run("status")

    assert (ended.code, ended.err, ended.out) == (code, line, "")


def test_any_other_error_is_a_bug_and_keeps_its_traceback(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    broken = typer.Typer(add_completion=False)
    broken.command()(fail)
    monkeypatch.setattr(status, "app", broken)

    with pytest.raises(ZeroDivisionError):
        run("status")


def test_an_error_of_somebody_elses_is_not_explained() -> None:
    assert explain(ValueError("no")) is None
