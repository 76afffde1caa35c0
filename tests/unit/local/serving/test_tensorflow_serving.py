"""TensorFlow's image as AWS has it: TensorFlow Serving, and handlers around requests to it.

TensorFlow itself is a stand-in here: a model that adds and multiplies two numbers of each row.
"""

import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy
import pytest

from trainwright_local.sagemaker.images import image_of
from trainwright_local.sagemaker.model_server.tensorflow_handlers import TensorFlowHandlers
from trainwright_local.sagemaker.model_server.tensorflow_models import Models

JSON = {"Content-Type": "application/json"}
PREDICT = "/v1/models/model:predict"
HANDLERS = """
import json
def input_handler(data, context):
    if context.request_content_type != "text/plain":
        raise ValueError("only text/plain")
    return json.dumps({"instances": [[float(x) for x in data.read().split()]]})
def output_handler(response, context):
    return json.dumps([context.accept_header, response.status_code, response.json()]), "a/b"
"""


class Tensor(SimpleNamespace):
    def numpy(self) -> Any:
        return self.values


class Signature:
    """Takes rows of two numbers."""

    structured_input_signature = (
        (),
        {
            "rows": SimpleNamespace(
                dtype=SimpleNamespace(as_numpy_dtype=numpy.float32, name="float32"),
                shape=SimpleNamespace(rank=2, as_list=lambda: [None, 2]),
            )
        },
    )

    def __init__(self, *outputs: str) -> None:
        self._outputs = outputs

    def __call__(self, rows: Any) -> dict[str, Tensor]:
        found = {"sum": rows.sum(axis=1), "product": rows.prod(axis=1)}
        return {name: Tensor(values=found[name]) for name in self._outputs}


@pytest.fixture(autouse=True)
def _tensorflow(monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = ModuleType("tensorflow")
    module.constant = lambda values, **_: values
    module.errors = SimpleNamespace(OpError=ArithmeticError)
    signatures = {"serving_default": Signature("sum"), "both": Signature("sum", "product")}
    module.saved_model = SimpleNamespace(load=lambda _: SimpleNamespace(signatures=signatures))
    monkeypatch.setitem(sys.modules, "tensorflow", module)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "inference", raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model's folder with two versions of it."""
    for version in ("1", "2"):
        (tmp_path / "model" / version).mkdir(parents=True)
        (tmp_path / "model" / version / "saved_model.pb").touch()
    return tmp_path / "model"


def ask(folder: Path, body: str, headers: dict[str, str]) -> tuple[int, Any]:
    """Invoke the model, with whatever handlers are in the folder."""
    result, context = TensorFlowHandlers(str(folder)).respond(body.encode(), headers)
    return context.request_processor[0].status or 200, json.loads(result)


@pytest.mark.parametrize(
    ("request_body", "answer"),
    [
        ({"instances": [[1, 2], [3, 4]]}, {"predictions": [3, 7]}),
        ({"instances": [{"rows": [1, 2]}]}, {"predictions": [3]}),
        ({"inputs": [[1, 2]]}, {"outputs": [3]}),
        ({"inputs": {"rows": [[1, 2]]}}, {"outputs": [3]}),
        (
            {"signature_name": "both", "instances": [[2, 3]]},
            {"predictions": [{"product": 6, "sum": 5}]},
        ),
        ({"signature_name": "both", "inputs": [[2, 3]]}, {"outputs": {"product": [6], "sum": [5]}}),
    ],
)
def test_a_request_is_answered_in_its_own_form(
    folder: Path, request_body: Any, answer: Any
) -> None:
    assert Models(folder).answer("POST", PREDICT, json.dumps(request_body).encode()) == (
        200,
        answer,
    )


@pytest.mark.parametrize(
    ("path", "body", "status", "error"),
    [
        (PREDICT, "{", 400, "JSON Parse error"),
        (PREDICT, "{}", 400, "Missing 'inputs' or 'instances' key"),
        (PREDICT, '{"instances": []}', 400, "at least one value"),
        (PREDICT, '{"instances": [[1]]}', 400, "has the shape [1, 1], not [None, 2]"),
        (PREDICT, '{"instances": [["a", 1]]}', 400, "the input 'rows' is no float32"),
        (PREDICT, '{"inputs": {"x": 1}}', 400, "the inputs are ['x'], the model takes ['rows']"),
        (PREDICT, '{"signature_name": "x", "inputs": 1}', 400, 'name: "x" not found'),
        ("/v1/models/other:predict", "{}", 404, "Servable not found for request: Latest(other)"),
        ("/v1/models/model/versions/9:predict", "{}", 404, "Specific(model, 9)"),
        ("/v1/models/model:classify", "{}", 400, "only 'predict' is emulated here"),
        ("/predict", "{}", 404, "Malformed request"),
    ],
)
def test_a_bad_request_is_refused_with_what_is_wrong(
    folder: Path, path: str, body: str, status: int, error: str
) -> None:
    found, answer = Models(folder).answer("POST", path, body.encode())

    assert found == status
    assert error in answer["error"]


def test_the_versions_of_a_model_are_known(folder: Path) -> None:
    _, answer = Models(folder).answer("GET", "/v1/models/model", b"")

    assert [found["version"] for found in answer["model_version_status"]] == ["2", "1"]


def test_a_model_that_is_no_saved_model_is_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").touch()

    with pytest.raises(FileNotFoundError, match="no SavedModel bundles found"):
        Models(tmp_path)


@pytest.mark.parametrize(
    ("body", "content_type", "predictions"),
    [
        ('{"instances": [[1, 2]]}', "application/json", [3]),
        ("[1, 2]", "application/json", [3]),
        ("[[1, 2], [3, 4]]", "application/json", [3, 7]),
        ('{"rows": [1, 2]}\n{"rows": [3, 4]}\n', "application/jsonlines", [3, 7]),
        ("1,2\n3,4\n", "text/csv", [3, 7]),
    ],
)
def test_without_handlers_the_usual_forms_are_made_requests(
    folder: Path, body: str, content_type: str, predictions: list[float]
) -> None:
    answer = ask(folder, body, {"Content-Type": content_type})

    assert answer == (200, {"predictions": predictions})


def test_without_handlers_the_status_is_tensorflow_servings(folder: Path) -> None:
    assert ask(folder, "a,b", {"Content-Type": "text/csv"})[0] == 400
    assert ask(folder, "x", {"Content-Type": "image/png"}) == (
        415,
        {"error": "Unsupported Media Type: image/png"},
    )


@pytest.mark.parametrize("content_type", ["text/csv", "application/json", "application/jsonlines"])
def test_without_handlers_a_text_that_is_no_utf_8_is_the_clients_fault(
    folder: Path, content_type: str
) -> None:
    handlers = TensorFlowHandlers(str(folder))

    result, context = handlers.respond(b"1,\xff", {"Content-Type": content_type})

    assert context.request_processor[0].status == 400
    message = f"The body is {content_type}, but no UTF-8: invalid start byte at byte 2."
    assert json.loads(result) == {"error": message}


def test_a_version_can_be_asked_for(folder: Path) -> None:
    attributes = {"X-Amzn-Sagemaker-Custom-Attributes": "tfs-model-name=model,tfs-model-version=7"}

    status, answer = ask(folder, "[1, 2]", JSON | attributes)

    assert (status, answer["error"]) == (404, "Servable not found for request: Specific(model, 7)")


def write(folder: Path, code: str) -> None:
    (folder / "code").mkdir()
    (folder / "code" / "inference.py").write_text(code)


def test_handlers_are_called_around_a_real_request(folder: Path) -> None:
    write(folder, HANDLERS)

    answer = ask(folder, "1 2", {"Content-Type": "text/plain", "Accept": "c/d"})

    assert answer == (200, ["c/d", 200, {"predictions": [3.0]}])


def test_an_error_of_a_handler_is_a_status_500(folder: Path) -> None:
    write(folder, HANDLERS)

    assert ask(folder, "1 2", {"Content-Type": "image/png"}) == (500, {"error": "only text/plain"})


def test_a_handler_of_its_own_may_do_without(folder: Path) -> None:
    write(folder, "def handler(data, context):\n    return b'[42]', context.accept_header\n")

    assert ask(folder, "", JSON) == (200, [42])


def test_model_fn_is_refused_with_the_reason(folder: Path) -> None:
    write(folder, "def model_fn(model_dir):\n    return None\n")

    with pytest.raises(NotImplementedError, match="for other frameworks' images"):
        TensorFlowHandlers(str(folder))


@pytest.mark.parametrize(
    ("repository", "contract"),
    [
        ("tensorflow-inference", "tensorflow"),
        ("pytorch-inference", ""),
        ("tensorflow-training", ""),
    ],
)
def test_only_the_image_that_serves_has_the_contract(repository: str, contract: str) -> None:
    assert image_of(repository).contract == contract
