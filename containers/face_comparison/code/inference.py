"""Is the person of one picture in another: its largest face against every face there.

The request is `{"source_image_bytes": base64, "target_image_bytes": base64}`. A picture without a
face is no error: the source's is null then, and there are no matches.
"""

from __future__ import annotations

import json
import os
from typing import Any, NamedTuple

from faces import Face, Faces
from pictures import JSON, Picture, read_members, read_picture

NAME = "FACE_DETECTION_AND_COMPARISON_MODEL_NAME"
"""The variable that selects the networks."""
SOURCE, TARGET = "source_image_bytes", "target_image_bytes"


class Request(NamedTuple):
    """A request, read."""

    source: Picture
    target: Picture


def model_fn(model_dir: str) -> Faces:
    """Load the networks; the weights come with the packages."""
    del model_dir
    return Faces(os.environ.get(NAME))


def input_fn(body: str | bytes, content_type: str | None) -> Request:
    """Read a request."""
    members = read_members(body, content_type, SOURCE, TARGET)
    return Request(*(read_picture(members[name], name) for name in (SOURCE, TARGET)))


def predict_fn(request: Request, faces: Faces) -> dict[str, Any]:
    """Compare the largest face of the source with all of the target, the most similar first."""
    source = max(faces.find(request.source), key=lambda face: face.area, default=None)
    if source is None:
        return {"SourceImageFace": None, "FaceMatches": []}
    person = faces.describe(request.source, source)
    matches = [
        {"Similarity": faces.similarity(person, faces.describe(request.target, face)), "Face": face}
        for face in faces.find(request.target)
    ]
    matches.sort(key=lambda match: match["Similarity"], reverse=True)
    return {
        "SourceImageFace": _described(source),
        "FaceMatches": [match | {"Face": _described(match["Face"])} for match in matches],
    }


def output_fn(answer: dict[str, Any], accept: str | None) -> tuple[str, str]:
    """Write the answer, which is JSON whatever is accepted."""
    del accept
    return json.dumps(answer), JSON


def _described(face: Face) -> dict[str, Any]:
    return {
        "BoundingBox": list(face.box),
        "Confidence": face.confidence,
        "KeyPoints": {name: list(point) for name, point in face.points.items()},
    }
