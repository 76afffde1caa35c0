"""Creating what may be there already: SageMaker reports that as it does a bad request."""

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


def _exists(describe: Callable[[], object]) -> bool:
    try:
        with our_errors():
            describe()
    except InvalidRequestError:
        return False
    return True
