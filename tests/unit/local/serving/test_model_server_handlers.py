"""The model server's contract with the algorithm's code: what is called, and what is answered."""

import io
import json
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from trainwright_local.sagemaker.model_server.app import Response, respond
from trainwright_local.sagemaker.model_server.context import Context
from trainwright_local.sagemaker.model_server.handlers import Handlers


class Doubling:
    """A model as frameworks make them."""

    def predict(self, data: Any) -> Any:
        return np.asarray(data) * 2


def a_module(**functions: Any) -> ModuleType:
    module = ModuleType("inference")
    module.__file__ = "/opt/ml/model/code/inference.py"
    vars(module).update({"model_fn": lambda _: Doubling()} | functions)
    return module


def answer(body: bytes, headers: dict[str, str] | None = None, **functions: Any) -> Response:
    handlers = Handlers(a_module(**functions), "/opt/ml/model")
    return respond(handlers, body, {"Content-Type": "application/json"} | (headers or {}))


def test_without_handlers_of_its_own_a_model_predicts_from_json_to_json() -> None:
    assert answer(b"[[1, 2], [3, 4]]") == (
        200,
        {"Content-Type": "application/json"},
        b"[[2, 4], [6, 8]]",
    )


def test_csv_in_and_csv_out() -> None:
    headers = {"Content-Type": "text/csv", "Accept": "text/csv"}

    status, kind, body = answer(b"1,2\n3,4\n", headers)

    assert (status, kind["Content-Type"], body) == (200, "text/csv", b"2,4\n6,8\n")


def test_numpy_files_in_and_out() -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.array([[1.5, 2.5]]))
    headers = {"Content-Type": "application/x-npy", "Accept": "application/x-npy"}

    _, _, body = answer(buffer.getvalue(), headers)

    assert np.load(io.BytesIO(body)).tolist() == [[3.0, 5.0]]


@pytest.mark.parametrize("content_type", ["application/json", "text/csv"])
def test_a_text_that_is_no_utf_8_is_the_clients_fault(content_type: str) -> None:
    body = '["Zürich"]'.encode("latin-1")

    status, kind, answered = answer(body, {"Content-Type": content_type})

    assert (status, kind["Content-Type"]) == (400, "text/plain")
    message = f"The body is {content_type}, but no UTF-8: invalid start byte at byte 3."
    assert answered.decode().splitlines()[0] == message


def test_bytes_that_are_no_text_reach_the_algorithm_as_they_are() -> None:
    body, headers = b"\xff\xfe", {"Content-Type": "application/octet-stream"}

    status, _, answered = answer(
        body, headers, transform_fn=lambda _model, data, _type, accept: (data, accept)
    )

    assert (status, answered) == (200, body)


def test_a_pickle_inside_a_numpy_file_is_not_run() -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.array([{"a": 1}]), allow_pickle=True)

    status, _, body = answer(buffer.getvalue(), {"Content-Type": "application/x-npy"})

    assert status == 500
    assert body.startswith(b"Object arrays cannot be loaded")


def test_the_first_accepted_type_that_can_be_written_is_taken() -> None:
    _, headers, _ = answer(b"[1]", {"Accept": "image/png, text/csv, application/json"})

    assert headers["Content-Type"] == "text/csv"


@pytest.mark.parametrize("accept", ["*/*", ""])
def test_who_accepts_anything_gets_the_default_of_the_container(
    accept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", "text/csv")

    _, headers, _ = answer(b"[1]", {"Accept": accept})

    assert headers["Content-Type"] == "text/csv"


def test_a_content_type_that_nobody_reads_is_415() -> None:
    status, _, body = answer(b"...", {"Content-Type": "image/png"})

    assert status == 415
    assert body.startswith(b"Content type image/png is not supported by this framework.")


def test_an_accept_that_nobody_writes_is_406() -> None:
    assert answer(b"[1]", {"Accept": "image/png"})[0] == 406


def test_every_handler_of_the_algorithm_is_used_in_its_place() -> None:
    status, headers, body = answer(
        b"in",
        {"Content-Type": "text/x-own", "Accept": "text/x-other"},
        model_fn=lambda model_dir: model_dir,
        input_fn=lambda data, content_type: (data, content_type),
        predict_fn=lambda data, model: [model, *data],
        output_fn=lambda prediction, accept: f"{prediction} {accept}",
    )

    assert (status, headers["Content-Type"]) == (200, "text/x-other")
    assert body == b"['/opt/ml/model', b'in', 'text/x-own'] text/x-other"


def test_handlers_that_take_a_context_get_the_request_in_it() -> None:
    def predict_fn(data: Any, model: Any, context: Context) -> Any:
        del data, model
        return context.get_request_header(0, "x-amzn-sagemaker-custom-attributes")

    headers = {"X-Amzn-Sagemaker-Custom-Attributes": "trace=1"}

    assert answer(b"[]", headers, predict_fn=predict_fn)[2] == b'"trace=1"'


def test_transform_fn_does_it_all_and_may_name_its_content_type() -> None:
    status, headers, body = answer(
        b"abc",
        {"Content-Type": "text/csv"},
        transform_fn=lambda _model, data, _type, _accept, _context: (data[::-1], "text/plain"),
    )

    assert (status, headers["Content-Type"], body) == (200, "text/plain", b"cba")


def test_the_status_a_handler_sets_is_the_answers() -> None:
    def transform_fn(_model: Any, _data: Any, _type: str, _accept: str, context: Context) -> str:
        context.set_response_status(code=418)
        return "short and stout"

    assert answer(b"", transform_fn=transform_fn)[0] == 418


def test_an_error_of_the_algorithm_is_500_with_message_and_traceback_in_answer_and_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def predict_fn(data: Any, model: Any) -> None:
        del data, model
        raise ValueError("negative age")

    status, _, body = answer(b"[]", predict_fn=predict_fn)

    assert status == 500
    assert body.startswith(b"negative age\nTraceback")
    assert "ValueError: negative age" in caplog.text


def test_an_error_of_the_toolkits_class_chooses_its_status() -> None:
    class BaseInferenceToolkitError(Exception):
        status_code = 422
        message = "age is missing"

    def input_fn(_data: Any, _content_type: str) -> None:
        raise BaseInferenceToolkitError

    status, _, body = answer(b"{}", input_fn=input_fn)

    assert status == 422
    assert body.startswith(b"age is missing\n")


def test_warm_up_runs_between_loading_and_the_first_request() -> None:
    calls: list[str] = []

    Handlers(
        a_module(
            pre_model_fn=lambda _dir: calls.append("pre"),
            model_fn=lambda _dir: calls.append("model"),
            model_warmup_fn=lambda _dir, _model: calls.append("warm-up"),
        ),
        "/opt/ml/model",
    )

    assert calls == ["pre", "model", "warm-up"]


def test_code_without_model_fn_is_refused_and_named() -> None:
    module = a_module()
    del module.model_fn

    with pytest.raises(NotImplementedError, match=r"model_fn implementation \(.*inference\.py\)"):
        Handlers(module, "/opt/ml/model")


def test_transform_fn_beside_one_of_the_parts_is_refused() -> None:
    functions = {name: lambda *_: None for name in ("transform_fn", "input_fn")}

    with pytest.raises(ValueError, match="Cannot use transform_fn implementation"):
        Handlers(a_module(**functions), "/opt/ml/model")


def test_a_handler_with_too_few_arguments_is_told() -> None:
    status, _, body = answer(b"[]", predict_fn=lambda _data: None)

    assert status == 500
    assert b"takes 1 arguments but 2 were given" in body


def test_what_is_neither_text_nor_bytes_is_written_as_json() -> None:
    _, _, body = answer(b"[]", output_fn=lambda _prediction, _accept: {"label": "cat"})

    assert json.loads(body) == {"label": "cat"}
