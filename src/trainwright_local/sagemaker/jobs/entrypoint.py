"""The command that a request gives instead of the image's own."""

import re
from pathlib import Path

from trainwright_local.sagemaker.jobs.sandbox import OPT_ML
from trainwright_local.sagemaker.store import Record

PYTHON = re.compile(r"/.*/python(3(\.\d+)?)?")
"""An interpreter by its place in an image, which is not its place here."""
BELOW_OPT_ML = re.compile(rf"(?<![\w.-]){OPT_ML}(?![\w.-])")


def entry_words(specification: Record, python: Path, base: str) -> list[str]:
    """Return ContainerEntrypoint and ContainerArguments of *specification* as a command.

    *base* is the name that `/opt/ml` has for the job's processes. What is found on the path is left
    to that: *python* is expected to be the first there.
    """
    program, *rest = specification["ContainerEntrypoint"]
    if PYTHON.fullmatch(program):
        program = str(python)
    words = [program, *rest, *specification.get("ContainerArguments", [])]
    # `env` ends with 127 for what is not there, as containers do; a sandbox does not.
    return ["/usr/bin/env", "--", *(named_here(word, base) for word in words)]


def named_here(word: str, base: str) -> str:
    """Return *word* with *base* for every `/opt/ml` in it."""
    return BELOW_OPT_ML.sub(lambda _: base, word)
