"""pydantic's messages in the words of somebody who writes a file."""

import re

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_WORDS = tuple(
    (re.compile(theirs), ours)
    for theirs, ours in (
        (r"^(Input|String) should ", "must "),
        (r"a valid tuple", "a list"),
        (r"a valid dictionary.*", "a mapping"),
        (r"a valid string", "a text"),
        (r"a valid integer, got a number with a fractional part", "a whole number"),
        (r"a valid integer", "a whole number"),
        (r"a valid number", "a number"),
        (r"a valid boolean", "true or false"),
        (r", unable to .*", ""),
        (r"greater than or equal to", "at least"),
        (r"less than or equal to", "at most"),
        (r"greater than", "above"),
        (r"must have at least 1 character", "must not be empty"),
        (r".* should have at least 1 item .*", "must not be empty"),
    )
)

_PATTERNS = {
    r"^[A-Za-z0-9](-*[A-Za-z0-9])*$": "must be letters and digits, with hyphens between them",
    r"^[A-Za-z0-9](-*[A-Za-z0-9]){0,79}$": (
        "must be letters and digits, 80 at most, with hyphens between them"
    ),
    r"^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$": (
        "must be small letters, digits and hyphens, 40 at most, a letter first and no hyphen last"
    ),
    r"^[A-Za-z]\w{0,63}$": (
        "must be letters, digits and underscores, 64 at most, and begin with a letter"
    ),
    r"^ml\.[a-z0-9-]+\.[a-z0-9-]+$": "must be an instance type, such as ml.m5.large",
    r"^[A-Za-z0-9_.-]{1,64}$": "must be letters, digits and . _ -, 64 at most",
    r"^(cron|rate|at)\(.+\)$": "must be cron(...), rate(...) or at(...)",
    r"^s3://.+": "must be a place in S3, such as s3://bucket/prefix/",
    r"^[\w .:/=+@-]{1,128}$": "must be 1 to 128 letters, digits, spaces and . : / = + @ _ -",
    r"^[\w .:/=+@-]{0,256}$": "must be letters, digits, spaces and . : / = + @ _ -, 256 at most",
}
"""What each pattern of a name asks for; for a new one the pattern itself has to do."""


def details_of(error: ValidationError) -> list[ErrorDetails]:
    """Give all that is wrong: what is short of items only because they are wrong is not."""
    details = error.errors(include_url=False)
    wrong = {detail["loc"][:at] for detail in details for at in range(len(detail["loc"]))}
    return [it for it in details if it["type"] != "too_short" or it["loc"] not in wrong]


def in_our_words(detail: ErrorDetails) -> str:
    """Say what would be right, and what was found if that is short enough to be shown."""
    message = detail["msg"].removeprefix("Value error, ")
    found = detail["input"]
    if detail["type"] == "string_pattern_mismatch":
        pattern = detail.get("ctx", {}).get("pattern", "")
        message = _PATTERNS.get(pattern, f"must match {pattern}")
    for theirs, ours in _WORDS:
        message = theirs.sub(ours, message)
    if detail["type"] == "value_error" or isinstance(found, dict | list | tuple):
        return message
    return f"{message}; found {found!r:.80}"
