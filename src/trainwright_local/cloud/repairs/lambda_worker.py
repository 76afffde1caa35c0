"""The process in which a Python function runs: MiniStack's worker protocol, Lambda's behaviour.

Standard library only. The text of this file is handed to MiniStack, which starts it once for each
execution environment, writes one JSON line to set it up and one for each invocation, and reads one
JSON line for each answer. `RUNTIME_DIR` is put before it: the folder with the packages that AWS's
runtime has (boto3 and what it needs).
"""

import contextlib
import importlib
import json
import os
import select
import signal
import sys
import sysconfig
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

RUNTIME_DIR: str = globals().get("RUNTIME_DIR", "")
LAYER_POINTER = "content-is-at"
END_OF_LOG = "\x00end of invocation"
KEPT_NAMES = {
    "LAMBDA_TASK_ROOT", "LANG", "LC_ALL", "PATH", "SSL_CERT_DIR", "SSL_CERT_FILE", "TMPDIR",
}  # fmt: skip
KEPT_PREFIXES = ("AWS_", "_X_AMZN_")

type Failure = dict[str, Any]


class LambdaContext:
    """What AWS passes as *context*; the names are those of its Python runtime."""

    identity = None
    client_context = None

    def __init__(self, call: dict[str, Any], setup: dict[str, Any]) -> None:
        """Take what belongs to the call from *call*, and to the function from *setup*."""
        self.function_name = setup["function_name"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.invoked_function_arn = call["invoked_function_arn"]
        self.aws_request_id = call["request_id"]
        self._deadline = time.time() + call["timeout_ms"] / 1000

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the function is ended."""
        return max(0, int((self._deadline - time.time()) * 1000))


def main() -> None:
    """Set up once, then answer invocations until the cloud closes the pipe."""
    answers = _take_standard_output()
    requests = sys.stdin
    _end_with_the_cloud()
    setup = json.loads(requests.readline())
    _enter_environment(setup)
    handler, unable = _load(setup)
    _write(answers, {"status": "ready", "cold": True})
    for line in requests:
        call = json.loads(line)
        if handler is None:
            # An error ends this process, and the next call is tried in a new one, as on AWS.
            answer = {"status": "error", "error": "", "failure": unable}
        else:
            answer = _invoke(handler, call["event"], call["ctx"], setup)
        sys.stderr.write(f"{END_OF_LOG}\n")
        sys.stderr.flush()
        _write(answers, answer)


def _take_standard_output() -> TextIO:
    """Keep the pipe of answers to ourselves: what a function prints is its log."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return answers


def _write(answers: TextIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def _end_with_the_cloud() -> None:
    """End this process and its children when the cloud is gone, also in the middle of a call."""
    with contextlib.suppress(OSError):
        os.setpgid(0, 0)
    pipe = select.poll()
    pipe.register(0, 0)  # no event but the hang-up that is always reported

    def wait() -> None:
        pipe.poll()
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=wait, daemon=True).start()


def _enter_environment(setup: dict[str, Any]) -> None:
    """Leave only what a function sees on AWS: its variables, its code, its layers, the runtime."""
    layers = os.environ.get("_LAMBDA_LAYERS_DIRS", "").split(os.pathsep)
    group = f"/aws/lambda/{setup['function_name']}"
    for name in list(os.environ):
        if name not in KEPT_NAMES and not name.startswith(KEPT_PREFIXES):
            del os.environ[name]
    os.environ.update(
        {
            "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info[0]}.{sys.version_info[1]}",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": group,
            "HOME": os.environ["TMPDIR"],
            "TZ": ":UTC",
            "_HANDLER": f"{setup['module']}.{setup['handler']}",
            **setup["env"],
        }
    )
    time.tzset()
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    of_layers = [
        path
        for layer in map(_content, filter(None, layers))
        for path in (f"{layer}/python/lib/{version}/site-packages", f"{layer}/python")
        if Path(path).is_dir()
    ]
    sys.path[:] = [setup["code_dir"], *of_layers, RUNTIME_DIR, *_standard_library()]


def _content(layer: str) -> str:
    """Return where the layer's content is: there, or where a file in its place says."""
    pointer = Path(layer) / LAYER_POINTER
    return pointer.read_text() if pointer.exists() else layer


def _standard_library() -> list[str]:
    base = sysconfig.get_path("stdlib")
    return [path for path in sys.path if path in {base, f"{base}/lib-dynload"} or ".zip" in path]


def _load(setup: dict[str, Any]) -> tuple[Callable[..., Any] | None, Failure | None]:
    """Return the handler, or what AWS reports when there is none."""
    module_name, handler_name = setup["module"], setup["handler"]
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        message = f"Unable to import module '{module_name}': {error}"
        return None, _failure("Runtime.ImportModuleError", message)
    except SyntaxError as error:
        message = f"Syntax error in module '{module_name}': {error}"
        return None, _failure("Runtime.UserCodeSyntaxError", message)
    except Exception as error:  # the code is the user's: whatever it raises is its own failure
        return None, _failure_of(error)
    if not hasattr(module, handler_name):
        message = f"Handler '{handler_name}' missing on module '{module_name}'"
        return None, _failure("Runtime.HandlerNotFound", message)
    return getattr(module, handler_name), None


def _invoke(
    handler: Callable[..., Any], event: Any, call: dict[str, Any], setup: dict[str, Any]
) -> dict[str, Any]:
    if trace_id := call.get("trace_id"):
        os.environ["_X_AMZN_TRACE_ID"] = trace_id
    try:
        result = handler(event, LambdaContext(call, setup))
    except Exception as error:  # likewise: Lambda reports it to whoever invoked the function
        return {"status": "ok", "failure": _failure_of(error, call["request_id"])}
    try:
        return {"status": "ok", "result": json.loads(json.dumps(result, default=_plain))}
    except (TypeError, ValueError) as error:
        message = f"Unable to marshal response: {error}"
        failure = _failure("Runtime.MarshalError", message, call["request_id"])
        return {"status": "ok", "failure": failure}


def _plain(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    message = f"Object of type {type(value).__name__} is not JSON serializable"
    raise TypeError(message)


def _failure_of(error: Exception, request_id: str = "") -> Failure:
    """Describe an exception as AWS's runtime does, in the log too."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename != __file__]
    failure = _failure(type(error).__name__, str(error), request_id, traceback.format_list(ours))
    sys.stderr.write("Traceback (most recent call last):\n" + "".join(failure["stackTrace"]))
    return failure


def _failure(kind: str, message: str, request_id: str = "", stack: Iterable[str] = ()) -> Failure:
    sys.stderr.write(f"[ERROR] {kind}: {message}\n")
    return {
        "errorMessage": message,
        "errorType": kind,
        "requestId": request_id,
        "stackTrace": list(stack),
    }


if __name__ == "__main__":
    main()
