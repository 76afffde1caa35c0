"""The adapters, wired to the stack: what a handler uses unless a test gives it a fake."""

from trainwright.aws.catalogue import SsmCatalogue
from trainwright.aws.executions import StepFunctionsExecutions
from trainwright.aws.journal import EventBridgeBus, RunsJournal
from trainwright.models.account import Account
from trainwright.settings import settings


def account() -> Account:
    """Give the stack's own names, as requests contain them."""
    return settings()


def bus() -> EventBridgeBus:
    """Give the app's event bus."""
    return EventBridgeBus(settings().event_bus)


def journal() -> RunsJournal:
    """Give the record of runs, and the bus that hears of them."""
    return RunsJournal(settings().runs_table, bus(), settings().stack)


def catalogue() -> SsmCatalogue:
    """Give the registered algorithms."""
    return SsmCatalogue(settings().stack)


def executions() -> StepFunctionsExecutions:
    """Give the executions of `train_deploy`."""
    return StepFunctionsExecutions(settings().state_machine)
