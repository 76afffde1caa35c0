"""What a script tells: every call by its name, and what came of it.

A script prints one JSON object, its last line. In it a call that does not work has its `error`, one
that is refused as it should be has what it was `refused` with, any other has facts.
"""

import atexit
import json
import sys
import traceback
from contextlib import contextmanager

OUTCOMES = {}
LONGEST = 240


@contextmanager
def call(*names):
    """Note for the calls *names* the facts that are put into what this gives, or the error."""
    facts = {}
    try:
        yield facts
    except Exception as error:  # whatever a client raises is what its user sees
        traceback.print_exc(file=sys.stderr)
        facts = {"error": said(error)}
    OUTCOMES.update(dict.fromkeys(names, facts))


@contextmanager
def refusal(*names):
    """Note for the calls *names* what they are refused with; not to be refused is an error."""
    facts = {"error": "it was not refused"}
    try:
        yield
    except Exception as error:  # as above
        facts = {"refused": said(error)}
    OUTCOMES.update(dict.fromkeys(names, facts))


def said(error):
    """Give what *error* says in one line that is not too long."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:LONGEST]


atexit.register(lambda: print("\n" + json.dumps(OUTCOMES)))
