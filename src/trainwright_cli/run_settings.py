"""The settings of a run as the command line gives them: a `run.yaml`, and values set beside it."""

from pathlib import Path

import yaml

from trainwright_cli.errors import CliError


def settings_text(run_yaml: Path | None, values: list[str] | None, folder: Path) -> str | None:
    """Give the text of `run.yaml`: the file named, else the *folder*'s own, with *values* set."""
    own = folder / "run.yaml"
    path = run_yaml or (own if own.is_file() else None)
    text = _read(path) if path else None
    return _with_values(text or "", values) if values else text


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise CliError(f"cannot read {path}: {error}") from error


def _with_values(text: str, values: list[str]) -> str:
    try:
        settings = yaml.safe_load(text) or {}
        settings["hyperparameters"] = {**settings.get("hyperparameters", {}), **_parsed(values)}
    except (yaml.YAMLError, AttributeError, TypeError) as error:
        raise CliError(f"run.yaml is not one, correct it first: {error}") from error
    return yaml.safe_dump(settings, sort_keys=False)


def _parsed(values: list[str]) -> dict[str, object]:
    parsed = {}
    for value in values:
        key, equals, literal = value.partition("=")
        if not key or not equals:
            raise CliError(f"--set takes key=value, not {value!r}")
        try:
            parsed[key] = yaml.safe_load(literal) if literal else ""
        except yaml.YAMLError:
            parsed[key] = literal
    return parsed
