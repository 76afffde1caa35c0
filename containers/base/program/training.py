"""A training job in a container: the script runs as the toolkit would run it, and is reported on.

The script is `train.py` of the image, unless SAGEMAKER_PROGRAM names another. It gets the variables
and arguments of script mode; its exit code is the container's, and its last words are left in
`output/failure`, from where SageMaker takes the FailureReason.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import deque
from pathlib import Path

from runner import TrainingEnvironment
from unprivileged import become_unprivileged

CODE = Path(__file__).resolve().parent / "code"
WRITES = ("model", "output", "checkpoints")
MOST_LINES = 20
LONGEST_FAILURE = 900
"""SageMaker cuts a failure's reason at 1024 characters, what it puts before included."""


def main() -> int:
    """Run the training script to its end; return its exit code."""
    base = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
    become_unprivileged(base, WRITES)
    job = TrainingEnvironment(str(base), os.environ.get("SAGEMAKER_PROGRAM", "train.py"), str(CODE))
    variables = {**os.environ, **job.other_variables(), **job.variables()}
    script = subprocess.Popen(
        job.command(),
        cwd=CODE,
        env={**variables, "PYTHONPATH": str(CODE)},
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    stopped = _hand_on_signals(script)
    said = _copied(script)
    code = script.wait()
    if code == 0 or stopped:
        return max(code, 0)
    _leave(base / "output" / "failure", _reason(said, code))
    return 128 - code if code < 0 else code


def _hand_on_signals(script: subprocess.Popen[str]) -> list[int]:
    """Let *script* hear of a stop; return the signals that came, to be filled later."""
    came: list[int] = []

    def hand_on(number: int, _frame: object) -> None:
        came.append(number)
        script.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, hand_on)
    return came


def _copied(script: subprocess.Popen[str]) -> deque[str]:
    """Show what *script* writes to stderr, and keep the end of it."""
    assert script.stderr is not None
    said: deque[str] = deque(maxlen=MOST_LINES)
    for line in script.stderr:
        sys.stderr.write(line)
        sys.stderr.flush()
        said.append(line.rstrip())
    return said


def _leave(failure: Path, reason: str) -> None:
    try:
        failure.parent.mkdir(parents=True, exist_ok=True)
        failure.write_text(reason, encoding="utf-8")
    except OSError as error:  # the container's user may not write there; the log has it all
        print(f"The reason of the failure cannot be left: {error}", file=sys.stderr, flush=True)


def _reason(said: deque[str], code: int) -> str:
    """Say why the script failed: its last line alone if that is an error, more if it is not."""
    lines = [line for line in said if line.strip()]
    text = lines[-1] if lines else f"the script ended with exit code {code} and said nothing"
    return text if len(text) <= LONGEST_FAILURE else "..." + text[3 - LONGEST_FAILURE :]
