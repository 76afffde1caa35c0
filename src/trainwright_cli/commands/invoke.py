"""`trainwright invoke`: send a request to a model's endpoint."""

import json
import mimetypes
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import CliError
from trainwright_cli.options import AsJson, with_cloud
from trainwright_cli.output import print_json

app = typer.Typer(add_completion=False)


@app.command()
@with_cloud
def invoke(
    cloud: Cloud,
    model: Annotated[str, typer.Argument(help="Name of the model.")],
    body: Annotated[
        str, typer.Option(metavar="FILE|-|TEXT", help="A file's name, - for stdin, or the text.")
    ] = "-",
    content_type: Annotated[
        str | None, typer.Option(help="Of the body; guessed from it if left out.")
    ] = None,
    accept: Annotated[str, typer.Option(help="Wanted of the answer.")] = "application/json",
    as_json: AsJson = False,
) -> None:
    """Send a request to a model's endpoint.

    --json prints {endpoint, variant, content_type, seconds, body}.
    """
    from trainwright.logic.naming import endpoint_name
    from trainwright_cli.invocations import send

    content, guess = _read(body)
    name = endpoint_name(cloud.stack_name, model)
    start = time.perf_counter()
    answer, answered = send(cloud, name, content, content_type or guess, accept)
    seconds = time.perf_counter() - start
    if not as_json:
        sys.stdout.buffer.write(answered)
        sys.stdout.buffer.write(b"" if answered.endswith(b"\n") else b"\n")
        return
    print_json(
        {
            "endpoint": name,
            "variant": answer.get("InvokedProductionVariant", ""),
            "content_type": answer.get("ContentType", ""),
            "seconds": round(seconds, 4),
            "body": _decoded(answered),
        }
    )


def _read(body: str) -> tuple[bytes, str]:
    """Give the content of *body* and the type it seems to have."""
    if body == "-":
        if sys.stdin.isatty():
            raise CliError("nothing to send: name a file with --body, or pipe it in")
        content, named = sys.stdin.buffer.read(), None
    elif Path(body).is_file():
        content, named = Path(body).read_bytes(), mimetypes.guess_type(body)[0]
    else:
        content, named = body.encode(), None
    return content, named or _type_of(content)


def _type_of(content: bytes) -> str:
    return "application/json" if content.lstrip()[:1] in {b"{", b"["} else "text/csv"


def _decoded(answer: bytes) -> Any:  # noqa: ANN401 - whatever the model answers
    text = answer.decode(errors="replace")
    try:
        return json.loads(text)
    except ValueError:
        return text
