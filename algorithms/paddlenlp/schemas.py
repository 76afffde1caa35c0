"""What to find: names, and under a name what to find of each that is found.

As in UIE: `["时间", "费用"]`, or `{"姓名": ["费用", "时间"]}` to any depth.
"""

from __future__ import annotations

import json

Schema = dict[str, "Schema"]
"""Names, each with what to find of it."""

_LANGUAGES = {"ch": "{found}的{name}", "en": "{name} of {found}"}
_MOST_NAMES = 50
_DEEPEST = 4


def read_schema(text: str) -> Schema:
    """Read the container's variable; a ValueError says what is wrong with it."""
    if not text.strip():
        raise ValueError('the variable schema is needed, such as ["时间", "费用"]')
    try:
        schema = _schema(json.loads(text), 1)
    except json.JSONDecodeError as error:
        raise ValueError(f"the variable schema is no JSON: {error}") from error
    if not schema:
        raise ValueError("the variable schema names nothing")
    return schema


def _schema(found: object, depth: int) -> Schema:
    if depth > _DEEPEST:
        raise ValueError(f"the variable schema is more than {_DEEPEST} levels deep")
    if isinstance(found, str) and found.strip():
        return {found.strip(): {}}
    if isinstance(found, list) and len(found) <= _MOST_NAMES:
        return {name: under for one in found for name, under in _schema(one, depth).items()}
    if isinstance(found, dict) and len(found) <= _MOST_NAMES:
        return {name: _schema(under, depth + 1) for name, under in found.items()}
    raise ValueError(f"the variable schema must name what to find, at most {_MOST_NAMES} things")


def prompt_of(name: str, found: str, language: str) -> str:
    """Ask for *name* of what has been *found*, or for *name* alone."""
    return _LANGUAGES[language].format(found=found, name=name) if found else name


def check_language(language: str) -> str:
    """Return *language*, if prompts can be put in it."""
    if language not in _LANGUAGES:
        raise ValueError(f"schema_lang must be one of {', '.join(_LANGUAGES)}, is '{language}'")
    return language
