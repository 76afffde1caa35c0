"""What TensorFlow's image calls around a request to TensorFlow Serving."""

import json
import os

assert os.path.isdir("/opt/ml/model/1")  # noqa: PTH112 - as most scripts look


def input_handler(data, context):
    """Turn rows into what TensorFlow Serving takes."""
    assert context.request_content_type == "text/csv"
    rows = [[float(cell) for cell in line.split(b",")] for line in data.read().splitlines()]
    return json.dumps({"instances": rows})


def output_handler(response, context):
    """Give its answer as it is."""
    if response.status_code != 200:
        raise ValueError(response.content.decode("utf-8"))
    return response.content, context.accept_header
