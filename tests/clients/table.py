"""The page docs/clients.md, from what the scripts are held to: `python -m tests.clients.table`."""

import re
from collections.abc import Iterator

from tests.clients.cases import CLIENTS, ROOT, Outcomes, all_scripts

PAGE = ROOT / "docs" / "clients.md"
_HEAD = """\
# Clients

Which calls of AWS's own clients work with the local SageMaker: unmodified, told nothing but its
address, its credentials and a region. Written by `python -m tests.clients.table` from what the
scripts in `tests/clients/scripts` are held to by `make test-clients`. How to point a client at it:
[local-sagemaker.md](local-sagemaker.md).
"""
_NOTHING = "-"


def page() -> str:
    """Return the page: a table for each client."""
    return "\n".join([_HEAD, *_sections()])


def _sections() -> Iterator[str]:
    for name, client in CLIENTS.items():
        version = _version(client.environment, client.package)
        yield f"## {client.title} ({client.package} {version})\n"
        yield "| call | works | what came of it |"
        yield "|---|---|---|"
        for script in all_scripts():
            if script.client == name:
                yield from _rows(script.expected)
        yield ""


def _rows(outcomes: Outcomes) -> Iterator[str]:
    for name, outcome in outcomes.items():
        works, remark = _judged(outcome)
        yield f"| `{name}` | {works} | {remark} |"


def _judged(outcome: dict[str, object]) -> tuple[str, str]:
    """Say whether a call works, and what is to be said of it."""
    if "error" in outcome:
        return "**no**", _cell(str(outcome["error"]))
    if "refused" in outcome:
        return "yes", f"is refused: {_cell(str(outcome['refused']))}"
    told = "; ".join(f"{name}: {value}" for name, value in outcome.items())
    return "yes", _cell(told) or _NOTHING


def _cell(text: str) -> str:
    """Put *text* on one line that does not end the cell."""
    return re.sub(r"\s+", " ", text).replace("|", "\\|").replace("<", "&lt;")


def _version(environment: str, package: str) -> str:
    lock = (ROOT / "locks" / f"{environment}.txt").read_text()
    found = re.search(rf"^{package}==(\S+)", lock, re.MULTILINE)
    assert found, f"{package} is not in the lock of {environment}"
    return found[1]


if __name__ == "__main__":
    PAGE.write_text(page())
