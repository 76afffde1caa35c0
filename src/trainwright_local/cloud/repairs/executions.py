"""The life of an execution: it ends once, and what waited for it ends with it.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html
https://states-language.net/spec.html#timeouts (a state machine's TimeoutSeconds)
"""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import Any

from ministack.services import stepfunctions

Execution = dict[str, Any]

FIRST_PAUSE_SECONDS = 0.15
"""What MiniStack sleeps before each execution."""

_current: ContextVar[Execution] = ContextVar("current execution")
_waiting: dict[str, set[threading.Event]] = defaultdict(set)
_waiting_lock = threading.Lock()


class ExecutionEndedError(SystemExit):
    """Ends the thread of an execution that was stopped, quietly, past every Retry and Catch."""


def current() -> Execution:
    """Return the execution this thread works for."""
    return _current.get()


def is_running(execution: Execution) -> bool:
    """Say whether the execution has not ended."""
    return bool(execution["status"] == "RUNNING")


@contextmanager
def told_when_ended(event: threading.Event, *executions: Execution) -> Iterator[None]:
    """Set the event once one of the executions ends."""
    arns = [execution["executionArn"] for execution in executions]
    with _waiting_lock:
        for arn in arns:
            _waiting[arn].add(event)
    if not all(is_running(execution) for execution in executions):
        event.set()
    try:
        yield
    finally:
        with _waiting_lock:
            for arn in arns:
                _waiting[arn].discard(event)
                if not _waiting[arn]:
                    del _waiting[arn]


def begin_an_execution_at_once() -> None:
    """Enter the first state when an execution is started; MiniStack sleeps a while before."""
    stepfunctions.time = _TimeWithoutFirstPause()


class _TimeWithoutFirstPause:
    """The module `time` as MiniStack's Step Functions have it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    def sleep(self, seconds: float) -> None:
        """Sleep, but not before an execution."""
        if seconds != FIRST_PAUSE_SECONDS:
            time.sleep(seconds)


def end_an_execution_once() -> None:
    """Leave an ended execution as it ended.

    In MiniStack a stopped execution becomes FAILED when its last task fails afterwards.
    """
    fail = stepfunctions._fail_execution

    def fail_if_running(execution: Execution, error: str, cause: str) -> None:
        if is_running(execution):
            fail(execution, error, cause)

    stepfunctions._fail_execution = fail_if_running


def end_what_waits_for_an_ended_execution() -> None:
    """Wake what waits in or for an execution when it ends, and start no further task in it.

    In MiniStack the waiting threads of a stopped execution stay until their tasks time out, and a
    task that is between two attempts is tried again.
    """
    run = stepfunctions._run_execution
    emit = stepfunctions._emit_execution_status_event
    add_event = stepfunctions._add_event
    sleep_through = stepfunctions._scaled_sleep

    def run_as_current(arn: str) -> None:
        execution = stepfunctions._executions.get(arn)
        token = _current.set(execution)
        try:
            run(arn)
        finally:
            _current.reset(token)

    def emit_and_wake(execution: Execution) -> None:
        emit(execution)
        if not is_running(execution):
            with _waiting_lock:
                for event in _waiting.get(execution["executionArn"], ()):
                    event.set()

    def add_event_if_running(execution: Execution, kind: str, details: Any = None) -> Any:
        if kind == "TaskScheduled" and not is_running(execution):
            raise ExecutionEndedError
        return add_event(execution, kind, details)

    def sleep(seconds: float) -> None:
        execution = _current.get(None)
        if execution is None:  # a state that is tested alone
            sleep_through(seconds)
            return
        event = threading.Event()
        with told_when_ended(event, execution):
            event.wait(max(0.0, seconds) * stepfunctions._SFN_WAIT_SCALE)
        if not is_running(execution):
            raise ExecutionEndedError

    stepfunctions._run_execution = run_as_current
    stepfunctions._emit_execution_status_event = emit_and_wake
    stepfunctions._add_event = add_event_if_running
    stepfunctions._scaled_sleep = sleep


def time_out_executions() -> None:
    """Honour the `TimeoutSeconds` of a whole state machine; MiniStack ignores it."""
    run = stepfunctions._run_execution

    def run_with_limit(arn: str) -> None:
        execution = stepfunctions._executions[arn]
        machine = stepfunctions._state_machines.get(execution["stateMachineArn"])
        seconds = json.loads(machine["definition"]).get("TimeoutSeconds") if machine else None
        if seconds is None:
            run(arn)
            return
        timer = threading.Timer(seconds, copy_context().run, [_time_out, execution])
        timer.daemon = True
        timer.start()
        try:
            run(arn)
        finally:
            timer.cancel()

    stepfunctions._run_execution = run_with_limit


def _time_out(execution: Execution) -> None:
    if not is_running(execution):
        return
    execution["status"] = "TIMED_OUT"
    execution["stopDate"] = stepfunctions.now_iso()
    details = {"executionTimedOutEventDetails": {"error": "States.Timeout"}}
    stepfunctions._add_event(execution, "ExecutionTimedOut", details)
    stepfunctions._emit_execution_status_event(execution)
