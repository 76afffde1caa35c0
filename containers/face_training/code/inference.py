"""Serve a face recognizer: faces in, who they are out, and how similar to each other.

A request is one face as `image/jpeg` or `image/png`, or several as JSON: `{"images": [base64]}`.
"""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from faces import as_values
from network import MobileFaceNet, Shape
from pictures import JSON, Picture, opened, read_members, read_picture
from PIL import Image
from refusals import RequestError

PICTURES = ("image/jpeg", "image/jpg", "image/png")
UNSUPPORTED_MEDIA_TYPE = 415
MOST_FACES = 32


class Model(NamedTuple):
    """A network, and where each person is."""

    network: MobileFaceNet
    names: list[str]
    persons: torch.Tensor
    threshold: float


def model_fn(model_dir: str) -> Model:
    """Load what train.py saved."""
    path = Path(model_dir, "mobilefacenet.pt")
    content = torch.load(path, map_location="cpu", weights_only=True)
    network = MobileFaceNet(Shape(**content["shape"])).eval()
    network.load_state_dict(content["network"])
    return Model(network, content["names"], content["persons"], content["threshold"])


def input_fn(body: str | bytes, content_type: str | None) -> list[Picture]:
    """Read the faces of a request."""
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind in PICTURES:
        content = body if isinstance(body, bytes) else body.encode()
        return [opened(BytesIO(content), "the request")]
    if kind != JSON:
        error = RequestError(f"The content type '{content_type}' is none of {JSON}, {PICTURES}.")
        error.status_code = UNSUPPORTED_MEDIA_TYPE
        raise error
    images = read_members(body, content_type, "images")["images"]
    if not isinstance(images, list) or not 0 < len(images) <= MOST_FACES:
        raise RequestError(f"'images' must be a list of 1 to {MOST_FACES} pictures in base64.")
    return [read_picture(image, f"images[{number}]") for number, image in enumerate(images)]


@torch.no_grad()
def predict_fn(pictures: list[Picture], model: Model) -> dict[str, Any]:
    """Say for each face which known person it is most like, and for all how alike they are."""
    size = model.network.shape.size
    values = np.stack([as_values(Image.fromarray(picture), size) for picture in pictures])
    points = model.network(torch.from_numpy(values).permute(0, 3, 1, 2) / 127.5 - 1)
    likeness, nearest = (points @ model.persons.T).max(dim=1)
    faces = [
        {
            "identity": model.names[number] if alike >= model.threshold else None,
            "nearest": model.names[number],
            "similarity": alike,
            "embedding": point,
        }
        for point, alike, number in zip(
            points.tolist(), likeness.tolist(), nearest.tolist(), strict=True
        )
    ]
    return {
        "faces": faces,
        "similarities": (points @ points.T).tolist(),
        "threshold": model.threshold,
    }


def output_fn(answer: dict[str, Any], accept: str | None) -> tuple[str, str]:
    """Write the answer, which is JSON whatever is accepted."""
    del accept
    return json.dumps(answer), JSON
