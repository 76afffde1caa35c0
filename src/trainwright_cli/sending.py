"""Sending packages to the stack, several at once, with a bar on a terminal."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from functools import partial
from threading import Event

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from trainwright.models.algorithm import Registration
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import CliError
from trainwright_cli.offers import Offer
from trainwright_cli.output import talk
from trainwright_cli.publishing import publish, wait_for

AT_ONCE = 4


def send_all(
    cloud: Cloud, offers: Sequence[Offer], line: Callable[[Registration], str]
) -> list[Registration]:
    """Publish every one of *offers*, and give the answers in their order; say a *line* of each.

    A CliError says which had no answer, after all others have had theirs.
    """
    _ = cloud.s3, cloud.stack  # made here: threads may share them, but not make them
    stopping, failures = Event(), list[str]()
    pool = ThreadPoolExecutor(AT_ONCE)
    columns = (TextColumn("Publishing"), BarColumn(), MofNCompleteColumn())
    console = talk()
    try:
        sent = [pool.submit(partial(_send, cloud, offer, stopping)) for offer in offers]
        with Progress(
            *columns, console=console, transient=True, disable=not console.is_terminal
        ) as bar:
            task = bar.add_task("", total=len(sent))
            for done in as_completed(sent):
                if said := _said(done, line, failures):
                    bar.console.print(said, soft_wrap=True)  # above the bar; no other console knows
                bar.advance(task)
    finally:
        stopping.set()
        pool.shutdown(cancel_futures=True)
    if failures:
        raise CliError("; ".join(failures))
    return [done.result() for done in sent]


def _send(cloud: Cloud, offer: Offer, stopping: Event) -> Registration:
    return wait_for(cloud, publish(cloud, offer.content), stopping=stopping)


def _said(
    done: Future[Registration], line: Callable[[Registration], str], failures: list[str]
) -> str:
    try:
        return line(done.result())
    except CliError as error:
        failures.append(str(error))
        return ""
