"""What a look at this machine comes to: a need, and whether it is met."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """A need: whether it is met, what was found, and what to do if it is not."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""
    necessary: bool = True


def met(name: str, detail: str) -> Check:
    """Say that the need *name* is met, by what."""
    return Check(name, ok=True, detail=detail)


def unmet(name: str, detail: str, remedy: str) -> Check:
    """Say that it is not, why, and what to do about it."""
    return Check(name, ok=False, detail=detail, remedy=remedy)


def last_cause(errors: str) -> str:
    """Give the last line of what uv said, which is the cause of the others."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    return lines[-1].removeprefix("cause: ") if lines else "uv gave no reason"
