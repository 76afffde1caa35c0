"""`SMP_*` placeholders: the only names that are replaced by what stands outside of the files."""

import re
from collections.abc import Mapping
from typing import Any

from trainwright.logic.pipelines.reading.nodes import LEFT_OUT, Path
from trainwright.models.pipelines.definition import Finding

_NAME = re.compile(r"(?<![A-Za-z0-9_])SMP_[A-Z0-9_]+(?![A-Za-z0-9_])")
_CURLY_QUOTES = "\u201c\u201d\u2018\u2019\u201e"


class Placeholders:
    """Replaces names in texts; a text with a name that is not set is left out, and noted."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = {name: value for name, value in values.items() if value}
        self.unset: dict[Path, str] = {}
        """The name that was missing, by the place of the text that was left out."""

    def convert(self, text: str, path: Path) -> Any:  # noqa: ANN401 - a text, or the mark
        """Give *text* with its names replaced."""
        if "SMP_" not in text:
            return text
        missing = [name for name in _NAME.findall(text) if name not in self._values]
        if missing:
            self.unset[path] = missing[0]
            return LEFT_OUT
        return _NAME.sub(lambda found: self._values[found[0]], text)

    def complaints(self) -> list[Finding]:
        """Say which values cannot be meant as they are."""
        return [
            Finding(
                file="(environment)",
                line=1,
                column=1,
                key=name,
                message=f"is {value!r}, with typographic quotes; write plain ones or none",
            )
            for name, value in self._values.items()
            if name.startswith("SMP_") and set(value) & set(_CURLY_QUOTES)
        ]
