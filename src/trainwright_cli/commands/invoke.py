"""`trainwright invoke`: send a request to a model's endpoint."""

import json
import mimetypes
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from trainwright.logic.naming import endpoint_name
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
    """Send a request to the model's endpoint and print its answer as it is.

    --json prints {endpoint, config_variant, content_type, seconds, body}.
    """
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
            "config_variant": answer.get("InvokedProductionVariant", ""),
            "content_type": answer.get("ContentType", ""),
            "seconds": round(seconds, 4),
            "body": _decoded(answered),
        }
    )


def send(
    cloud: Cloud, endpoint: str, content: bytes, content_type: str, accept: str
) -> tuple[dict[str, Any], bytes]:
    """Invoke *endpoint*; a CliError says why there is no answer."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - loaded with the client

    try:
        answer = cloud.runtime.invoke_endpoint(
            EndpointName=endpoint, Body=content, ContentType=content_type, Accept=accept
        )
    except cloud.runtime.exceptions.ModelError as error:
        status = error.response.get("OriginalStatusCode", "an error")
        # Some model servers put their whole traceback here; the log has it too.
        said = str(error.response.get("OriginalMessage", "")).strip().partition("\n")[0]
        raise CliError(f"the model answered {status}: {said}") from error
    except ClientError as error:
        # The runtime has no error of its own for an endpoint that is not there.
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        message = error.response["Error"]["Message"].rstrip(".")
        raise CliError(f"{message}: see `trainwright endpoints{cloud.options}`") from error
    return dict(answer), answer["Body"].read()


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
