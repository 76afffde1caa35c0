"""A new algorithm's folder, from the templates beside this module."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from trainwright.logic.images import known_versions
from trainwright.models.names import AlgorithmName
from trainwright_cli.errors import CliError

_TEMPLATES = Path(__file__).with_name("templates") / "algorithm"


def scaffold(root: Path, name: str) -> Path:
    """Write the algorithm *name* below *root*: it validates, trains and serves as it is."""
    try:
        TypeAdapter[str](AlgorithmName).validate_python(name)
    except ValidationError as error:
        raise CliError(
            f"'{name}' is no name for an algorithm: use a-z, 0-9 and _, beginning with a letter"
        ) from error
    folder = root / name
    if folder.exists():
        raise CliError(f"{folder} exists already: choose another name, or remove it")
    values = {"@name@": name, "@version@": known_versions("sklearn")[-1]}
    folder.mkdir(parents=True)
    for template in _TEMPLATES.iterdir():
        if template.is_file():
            (folder / template.name).write_text(_fill(template.read_text(), values))
    return folder


def _fill(text: str, values: dict[str, str]) -> str:
    for placeholder, value in values.items():
        text = text.replace(placeholder, value)
    return text
