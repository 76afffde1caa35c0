"""Requests, and how SageMaker's inference toolkit answers them: the oracle of the model server.

``python toolkit.py > toolkit.json`` records the answers, in any environment that has
`sagemaker-inference`; the tests replay them with nothing but the file.
"""

import base64
import io
import json
import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy

PREDICTING = """
def model_fn(model_dir): return 2
def predict_fn(data, model): return data * model
"""
CONTEXTUAL = """
def model_fn(model_dir, context): return 3
def input_fn(data, content_type, context): return len(data)
def predict_fn(data, model, context): return [data, model]
def output_fn(prediction, accept, context): return repr((prediction, accept)), "text/x-own"
"""
TRANSFORMING = """
def model_fn(model_dir): return "m"
def transform_fn(model, data, content_type, accept):
    return repr((model, data, content_type, accept))
"""
FAILING = """
def model_fn(model_dir): return None
def predict_fn(data, model): raise ValueError("negative age")
"""
REFUSING = """
class BaseInferenceToolkitError(Exception): pass
try:
    from sagemaker_inference.errors import BaseInferenceToolkitError
except ImportError:
    pass
class Refusal(BaseInferenceToolkitError):
    status_code, message, phrase = 422, "age is missing", "Unprocessable"
    def __init__(self): Exception.__init__(self)
def model_fn(model_dir): return None
def input_fn(data, content_type): raise Refusal()
"""

type Case = tuple[str, bytes, dict[str, str]]


def a_numpy_file() -> bytes:
    buffer = io.BytesIO()
    numpy.save(buffer, numpy.array([[1.5, 2.5], [3.5, 4.5]]))
    return buffer.getvalue()


def cases() -> dict[str, Case]:
    """Return the code, the body and the headers of each request."""
    json_, csv, npy = "application/json", "text/csv", "application/x-npy"

    def headers(content_type: str, accept: str = "") -> dict[str, str]:
        given = {"Content-Type": content_type}
        return given | {"Accept": accept} if accept else given

    return {
        "json to json": (PREDICTING, b"[[1, 2], [3.5, 4]]", headers(json_)),
        "a number": (PREDICTING, b"21", headers(json_, json_)),
        "csv to csv": (PREDICTING, b"1,2\n3,4\n", headers(csv, csv)),
        "csv of two types": (PREDICTING, b"1,2.5\n3,4.5\n", headers(csv, csv)),
        "one row of csv": (PREDICTING, b"1,2,3", headers(csv, json_)),
        "npy to npy": (PREDICTING, a_numpy_file(), headers(npy, npy)),
        "npy to json": (PREDICTING, a_numpy_file(), headers(npy, json_)),
        "json to npy": (PREDICTING, b"[1, 2]", headers(json_, npy)),
        "anything": (PREDICTING, b"[1]", headers(json_, "*/*")),
        "several": (PREDICTING, b"[1]", headers(json_, "image/png, text/csv, application/json")),
        "no json": (PREDICTING, b"{", headers(json_)),
        "context": (CONTEXTUAL, b"four", headers("text/x-in", "text/x-out")),
        "text": (TRANSFORMING, "é,1".encode(), headers(csv, csv)),
        "bytes": (TRANSFORMING, b"\x00\xff", headers("application/octet-stream")),
        "charset": (TRANSFORMING, b"[1]", headers("application/json; charset=utf-8")),
        "failing": (FAILING, b"[1]", headers(json_)),
        "refusing": (REFUSING, b"[1]", headers(json_)),
    }


def packed(status: int, content_type: str, body: str | bytes) -> dict[str, Any]:
    """Return an answer as the file has it: of an error the message only, not the traceback."""
    data = body.encode() if isinstance(body, str) else bytes(body)
    if status >= 400:
        return {"status": status, "message": data.decode().splitlines()[0]}
    return {"status": status, "type": content_type, "body": base64.b64encode(data).decode()}


def recorded(case: Case) -> dict[str, Any]:
    """Return what the toolkit answers."""
    transformer = import_module("sagemaker_inference.transformer").Transformer()
    source, body, headers = case
    seen: dict[str, Any] = {"status": 200, "type": ""}
    processor = SimpleNamespace(get_request_properties=lambda: headers)
    context = SimpleNamespace(
        system_properties={"model_dir": "/opt/ml/model"},
        request_processor=[processor],
        set_response_content_type=lambda _, value: seen.update(type=value),
        set_response_status=lambda code, phrase: seen.update(status=code),  # noqa: ARG005
    )
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "inference.py").write_text(source)
        sys.path.insert(0, folder)
        sys.modules.pop("inference", None)
        answer = transformer.transform([{"body": body}], context)[0]
        sys.path.remove(folder)
    return packed(seen["status"], seen["type"], answer)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    os.environ.pop("SAGEMAKER_PROGRAM", None)
    answers = {name: recorded(case) for name, case in cases().items()}
    sys.stdout.write(json.dumps(answers, indent=1) + "\n")
