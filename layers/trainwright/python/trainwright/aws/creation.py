"""Creating what is there already, deleting what is not: to SageMaker both are bad requests."""

from collections.abc import Callable

from trainwright.aws.clients import our_errors
from trainwright.errors import InvalidRequestError


def create_once(create: Callable[[], object], describe: Callable[[], object]) -> None:
    """Call *create*; if it is refused and *describe* finds the resource, that is as good."""
    try:
        with our_errors():
            create()
    except InvalidRequestError:
        if not _exists(describe):
            raise


def delete_if_there(delete: Callable[[], object]) -> bool:
    """Call *delete*; a resource that is not there (False) is as good."""
    try:
        with our_errors():
            delete()
    except InvalidRequestError:
        return False
    return True


def _exists(describe: Callable[[], object]) -> bool:
    try:
        with our_errors():
            describe()
    except InvalidRequestError:
        return False
    return True
