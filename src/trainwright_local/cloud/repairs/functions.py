"""Lambda functions: the process they run in, how they fail, what they log.

https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
"""

import importlib.util
import queue
import time
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from trainwright_local.cloud.repairs import lambda_worker

OF_THE_RUNTIME = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3")
"""What AWS's Python runtime brings; a function gets all else from its package or its layers."""

LOG_PATIENCE_SECONDS = 2.0


class FailureText(str):
    """An error message that carries the whole of what AWS reports."""

    __slots__ = ("failure",)
    failure: dict[str, Any]


def run_functions_as_lambda_does() -> None:
    """Start functions in a process that is like Lambda's.

    MiniStack's sees all packages of the cloud's own environment and all its variables, and outlives
    a killed cloud while a call runs.
    """
    source = Path(lambda_worker.__file__).read_text()
    header = f"RUNTIME_DIR = {str(_runtime_dir())!r}\n"
    lambda_runtime._PYTHON_WORKER_SCRIPT = header + source


def report_the_class_of_an_exception() -> None:
    """Report `errorType` as the exception's class, and keep the environment warm after one.

    MiniStack reports `Runtime.HandlerError` for all, and starts a new process after each.
    """
    invoke = lambda_runtime.Worker.invoke
    execute = lambda_svc._execute_function_warm

    def invoke_and_describe(self: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        answer: dict[str, Any] = invoke(self, *args, **kwargs)
        failure = answer.pop("failure", None) or _failure_of_the_process(answer)
        if failure:
            text = FailureText(failure["errorMessage"])
            text.failure = failure
            # The worker has written the traceback to the log itself.
            answer |= {"status": "error", "error": text, "trace": ""}
        return answer

    def execute_and_describe(*args: Any) -> dict[str, Any]:
        result: dict[str, Any] = execute(*args)
        message = result["body"].get("errorMessage") if result.get("error") else None
        if isinstance(message, FailureText):
            result["body"] = message.failure
        return result

    lambda_runtime.Worker.invoke = invoke_and_describe
    lambda_svc._execute_function_warm = execute_and_describe


def collect_every_log_line() -> None:
    """Take a call's log up to its last line, known by a mark.

    MiniStack guesses by waiting: 50 ms more for each call that logs nothing, and lines that come
    late are lost.
    """

    def drain(self: Any, *_: Any) -> str:
        lines: list[str] = []
        deadline = time.monotonic() + LOG_PATIENCE_SECONDS
        while time.monotonic() < deadline and (self._proc or not self._stderr_queue.empty()):
            try:
                line = self._stderr_queue.get(timeout=LOG_PATIENCE_SECONDS)
            except queue.Empty:
                break
            text, mark, _ = line.partition(lambda_worker.END_OF_LOG)
            if text or not mark:
                lines.append(text)
            if mark:
                break
        return "\n".join(lines)

    lambda_runtime.Worker._drain_stderr_bounded = drain


def _failure_of_the_process(answer: dict[str, Any]) -> dict[str, Any] | None:
    if answer.get("error") != "Worker process died":
        return None
    message = "Runtime exited without providing a reason"
    return {"errorMessage": message, "errorType": "Runtime.ExitError"}


def _runtime_dir() -> Path:
    """Make the folder with links to the packages of AWS's runtime."""
    folder = Path(gettempdir()) / "lambda-runtime"
    folder.mkdir(exist_ok=True)
    for name in OF_THE_RUNTIME:
        spec = importlib.util.find_spec(name)
        assert spec is not None, f"{name} comes with boto3"
        assert spec.origin is not None
        origin = Path(spec.origin)
        target = origin.parent if spec.submodule_search_locations else origin
        link = folder / target.name
        link.unlink(missing_ok=True)
        link.symlink_to(target)
    return folder
