"""What every handler has in common: a typed message in, a typed message out, one log line."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, get_type_hints

from aws_lambda_powertools import Logger
from pydantic import BaseModel

type Handler = Callable[..., dict[str, Any]]

logger = Logger()


def step(function: Callable[..., BaseModel]) -> Handler:
    """Make a Lambda handler of *function*, whose first argument is the message that it takes.

    Its other arguments are ports with a default of None, given by tests. What the function raises
    crosses the state boundary under its class name.
    """
    first = next(iter(inspect.signature(function).parameters))
    message_type: type[BaseModel] = get_type_hints(function)[first]

    @wraps(function)
    @logger.inject_lambda_context(clear_state=True)
    def handle(event: dict[str, Any], _: object, **ports: object) -> dict[str, Any]:
        message = message_type.model_validate(event)
        if run := getattr(message, "run", None):
            logger.append_keys(run=getattr(run, "id", run))
        result = function(message, **ports).model_dump(mode="json")
        logger.info("done", result=result)
        return result

    return handle
