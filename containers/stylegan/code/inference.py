"""Serve a generator: seeds in, pictures out, into S3 if the request names a place there.

`{"inputs": {"seeds": "9,206", "trunc": 0.7, "output_s3uri": "s3://bucket/folder/"}}` gives a list
of S3 URIs, one for each picture. Without `output_s3uri` it is a list of `data:` URIs.
"""

from __future__ import annotations

import base64
import io
import json
import os
import threading
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import torch
from networks import Generator, Shape
from pictures import as_image, grid
from PIL import Image
from refusals import RequestError
from seeds import Request, read_request

JSON = "application/json"
UNSUPPORTED_MEDIA_TYPE = 415
_NOISE = threading.Lock()  # the one random source of torch, which `noise-mode: random` sets


class Model(NamedTuple):
    """A generator, and the classes that it knows."""

    generator: Generator
    classes: list[str]


def model_fn(model_dir: str) -> Model:
    """Load the network that the variable `network` names."""
    path = Path(model_dir, os.environ.get("network", "network.pt"))  # noqa: SIM112 - a user's name
    content = torch.load(path, map_location="cpu", weights_only=True)
    generator = Generator(Shape(**content["shape"])).eval()
    generator.load_state_dict(content["generator"])
    return Model(generator.to("cuda" if torch.cuda.is_available() else "cpu"), content["classes"])


def input_fn(body: str | bytes, content_type: str | None) -> str | bytes:
    """Take JSON; what it means is known only together with the network."""
    if (content_type or "").partition(";")[0].strip().lower() != JSON:
        error = RequestError(f"The content type is '{content_type}', it has to be {JSON}.")
        error.status_code = UNSUPPORTED_MEDIA_TYPE
        raise error
    return body


@torch.no_grad()
def predict_fn(body: str | bytes, model: Model) -> list[str]:
    """Make the pictures, and say where they are."""
    request = read_request(body, model.generator.shape.layers, model.classes)
    images = _mixed(request, model) if request.rows else _of_seeds(request, model)
    keep = partial(_store, request.output) if request.output else _inline
    return [keep(name, image) for name, image in images.items()]


def output_fn(answer: list[str], accept: str | None) -> tuple[str, str]:
    """Write the answer, which is JSON whatever is accepted."""
    del accept
    return json.dumps(answer), JSON


def _of_seeds(request: Request, model: Model) -> dict[str, Image.Image]:
    w = _styles(request.seeds, request, model)
    return {
        f"seed{seed:04d}.png": image
        for seed, image in zip(request.seeds, _drawn(w, request, model), strict=True)
    }


def _mixed(request: Request, model: Model) -> dict[str, Image.Image]:
    """Draw each row's seed with the styles of each column's in some layers; and all on one page."""
    rows, columns = (_styles(s, request, model) for s in (request.rows, request.columns))
    images: dict[str, Image.Image] = {}
    for seed, row in zip(request.rows, rows, strict=True):
        w = row[None].repeat(len(request.columns), 1, 1)
        w[:, request.styles] = columns[:, request.styles]
        drawn = zip(request.columns, _drawn(w, request, model), strict=True)
        images |= {f"{seed}-{column}.png": image for column, image in drawn}
    return images | {"grid.png": grid(list(images.values()), len(request.columns))}


def _styles(seeds: list[int], request: Request, model: Model) -> torch.Tensor:
    """Return for each seed its style for every layer: a seed means the same everywhere."""
    generator, device = model.generator, model.generator.start.device
    latent = generator.shape.latent
    z = [torch.randn(latent, generator=torch.Generator().manual_seed(seed)) for seed in seeds]
    labels = None
    if request.label is not None:
        labels = torch.full((len(seeds),), request.label, device=device)
    w = generator.mapping(torch.stack(z).to(device), labels)
    w = generator.mapping.truncated(w, request.truncation)
    return w[:, None].repeat(1, generator.shape.layers, 1)


def _drawn(w: torch.Tensor, request: Request, model: Model) -> list[Image.Image]:
    with _NOISE:
        return [as_image(picture) for picture in model.generator.synthesize(w, request.noise_mode)]


def _inline(_name: str, image: Image.Image) -> str:
    return f"data:image/png;base64,{base64.b64encode(_png(image)).decode()}"


def _store(folder: str, name: str, image: Image.Image) -> str:
    uri = f"{folder}/{name}"
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    _put(Bucket=bucket, Key=key, Body=_png(image), ContentType="image/png")
    return uri


def _put(**request: Any) -> None:  # noqa: ANN401 - S3's own
    import boto3  # noqa: PLC0415 - slow to import, and only for pictures that go to S3
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    try:
        boto3.client("s3").put_object(**request)
    except (BotoCoreError, ClientError) as error:
        raise RequestError(
            f"The pictures cannot be put into {request['Bucket']}: {error}"
        ) from error


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
