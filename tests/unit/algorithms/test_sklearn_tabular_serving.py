"""`sklearn_tabular` serves what it trained, by the code in the artifact."""

import csv
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.unit.algorithms.script_mode import (
    ALGORITHMS,
    as_arguments,
    modules_of,
    train_in_process,
    write_channels,
)
from trainwright_local.sagemaker.model_server.app import respond
from trainwright_local.sagemaker.model_server.handlers import Handlers

EXAMPLES = ALGORITHMS.parent / "examples"
SHOP = "colour,size,target\n" + "".join(
    f"{('red', 'blue')[n % 2]},{n % 7},{n % 2}\n" for n in range(60)
)


class Server:
    """A loaded model and the functions that serve it, called as a model server does."""

    def __init__(self, module: ModuleType, model_dir: Path) -> None:
        self.module = module
        self.model = module.model_fn(str(model_dir))

    def ask(self, body: str | bytes, content_type: str, accept: str = "application/json") -> Any:
        request = self.module.input_fn(body, content_type)
        answer, kind = self.module.output_fn(self.module.predict_fn(request, self.model), accept)
        return json.loads(answer) if kind == "application/json" else answer

    def fault(self, body: str | bytes, content_type: str = "text/csv", accept: str = "") -> str:
        with pytest.raises(ValueError) as found:  # noqa: PT011 - the sentence is what is asserted
            self.ask(body, content_type, accept)
        assert found.value.status_code == 400  # type: ignore[attr-defined]
        return str(found.value)


def trained(root: Path, channels: dict[str, dict[str, str | bytes]], **hyper: object) -> Path:
    variables = write_channels(root, channels)
    done = train_in_process(root, "sklearn_tabular", variables, *as_arguments(hyper))
    assert done.code == 0, done.err
    return done.model


@pytest.fixture(scope="module")
def diagnosis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = (EXAMPLES / "breast_cancer/train/data.csv").read_bytes()
    model = trained(tmp_path_factory.mktemp("diagnosis"), {"train": {"data.csv": data}})
    with modules_of(model / "code", "inference") as (module,):
        yield Server(module, model)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    model = trained(tmp_path_factory.mktemp("shop"), {"train": {"data.csv": SHOP}}, max_iter=20)
    with modules_of(model / "code", "inference") as (module,):
        yield Server(module, model)


def unseen() -> tuple[list[str], list[list[str]]]:
    with (EXAMPLES / "breast_cancer/unseen/data.csv").open() as stream:
        header, *rows = csv.reader(stream)
    return header, rows


def test_rows_that_it_has_never_seen_are_mostly_right(diagnosis: Server) -> None:
    _, rows = unseen()
    body = (EXAMPLES / "breast_cancer/unseen/data.csv").read_bytes()

    answer = diagnosis.ask(body, "text/csv")

    right = [row[-1] == label for row, label in zip(rows, answer["predictions"], strict=True)]
    assert sum(right) / len(right) >= 0.92
    assert answer["classes"] == ["benign", "malignant"]
    assert all(sum(row) == pytest.approx(1) for row in answer["probabilities"])


def test_every_form_of_the_same_rows_has_the_same_answer(diagnosis: Server) -> None:
    header, rows = unseen()
    features = [[float(cell) for cell in row[:-1]] for row in rows[:5]]
    named = [dict(zip(header, row, strict=False)) for row in features]
    lines = [",".join(map(str, row)) for row in features]
    shuffled = "\n".join(
        [",".join(header[-2::-1]), *(",".join(line.split(",")[::-1]) for line in lines)]
    )
    expected = diagnosis.ask("\n".join(lines), "text/csv")

    assert diagnosis.ask(shuffled, "text/csv; charset=utf-8") == expected
    assert diagnosis.ask(json.dumps(features), "application/json") == expected
    assert diagnosis.ask(json.dumps({"instances": named}), "application/json") == expected


def test_predictions_come_as_csv_too(diagnosis: Server) -> None:
    body = (EXAMPLES / "breast_cancer/unseen/data.csv").read_bytes()

    answer = diagnosis.ask(body, "text/csv", accept="text/csv")

    rows = list(csv.reader(io.StringIO(answer)))
    assert len(rows) == len(unseen()[1])
    assert {row[0] for row in rows} == {"benign", "malignant"}


def test_classes_that_are_integers_are_answered_as_integers(shop: Server) -> None:
    assert shop.ask("red,1\nblue,2\n", "text/csv")["predictions"] == [0, 1]


def test_a_text_that_was_never_seen_counts_as_missing(shop: Server) -> None:
    unknown = shop.ask('[["green", 3]]', "application/json")

    assert unknown == shop.ask('[{"colour": null, "size": 3.0}]', "application/json")


def test_a_regressor_answers_in_the_units_of_the_target(tmp_path: Path) -> None:
    rows = "".join(f"{n},{1000 + 10 * n}.5\n" for n in range(80))
    model = trained(tmp_path, {"train": {"data.csv": f"x,target\n{rows}"}}, estimator="linear")

    with modules_of(model / "code", "inference") as (module,):
        answer = Server(module, model).ask('[{"x": 40}]', "application/json")

    assert answer == {"predictions": [pytest.approx(1400, abs=15)]}


@pytest.mark.parametrize(
    ("body", "content_type", "sentence"),
    [
        ("red,1,2", "text/csv", "Row 1 has 3 values, the model takes 2: colour, size."),
        ("red,1\nblue", "text/csv", "Row 2 has 1 values, the model takes 2: colour, size."),
        ("colour,size\nred", "text/csv", "Row 1 has 1 values, the header 2."),
        ("colour,target\nred,1", "text/csv", "Row 1 lacks the column 'size'."),
        (
            "colour,size,price\nred,1,2",
            "text/csv",
            "Row 1 has the column 'price', which the model does not know.",
        ),
        ("red,1\nblue,big", "text/csv", "Row 2, column 'size': 'big' is not a number."),
        ("red,1\nblue,1e999", "text/csv", "Row 2, column 'size': '1e999' is not a number."),
        ("colour,size", "text/csv", "The request has a header and no rows."),
        ("", "text/csv", "The request has no rows."),
        ('"' + "x" * 200_000, "text/csv", "The request is no CSV: field larger than field limit"),
        (b"\xff,1", "text/csv", "The request is not UTF-8: byte 0."),
        ("[", "application/json", "The request is no JSON: Expecting value"),
        ("{}", "application/json", 'The request must be a list of rows or {"instances": [...]}.'),
        ("[1]", "application/json", "Row 1 must be a list or an object, is 1."),
        ('[["red", []]]', "application/json", "Row 1, column 2: [] is neither a number nor a"),
        ('[{"colour": "red"}]', "application/json", "Row 1 lacks the column 'size'."),
        (
            '[{"colour": "red", "size": true}]',
            "application/json",
            "Row 1, column 'size': 'True' is not a number.",
        ),
        ("<x/>", "text/xml", "The content type 'text/xml' is neither text/csv nor application"),
    ],
)
def test_a_faulty_request_is_refused_with_its_place(
    shop: Server, body: str | bytes, content_type: str, sentence: str
) -> None:
    assert shop.fault(body, content_type).startswith(sentence)


def test_an_answer_in_an_unknown_form_is_refused(shop: Server) -> None:
    fault = shop.fault("red,1", accept="image/png")

    assert fault == "The answer can be application/json or text/csv, not 'image/png'."


def test_our_model_server_answers_a_fault_with_400(shop: Server) -> None:
    handlers = Handlers(shop.module, str(_folder(shop)))

    status, _, body = respond(handlers, b"red,1,2", {"Content-Type": "text/csv"})

    assert status == 400
    assert body.startswith(b"Row 1 has 3 values")


def _folder(server: Server) -> Path:
    assert server.module.__file__
    return Path(server.module.__file__).parent.parent


def test_flask_and_the_toolkit_take_a_fault_for_the_clients(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class BadRequest(Exception):  # noqa: N818 - werkzeug's name
        code = 400

    class BaseInferenceToolkitError(Exception):
        pass

    flask = SimpleNamespace(BadRequest=BadRequest)
    toolkit = SimpleNamespace(BaseInferenceToolkitError=BaseInferenceToolkitError)
    monkeypatch.setitem(sys.modules, "werkzeug.exceptions", flask)
    monkeypatch.setitem(sys.modules, "sagemaker_inference.errors", toolkit)

    with modules_of(ALGORITHMS / "sklearn_tabular", "refusals") as (module,):
        error = module.RequestError("Row 1 is odd.")

    assert {BadRequest, BaseInferenceToolkitError} <= set(type(error).__mro__)
    assert (error.code, error.status_code, error.phrase) == (400, 400, "Bad Request")
    assert error.description == error.message == str(error) == "Row 1 is odd."


def test_a_server_without_flask_and_toolkit_knows_a_fault_by_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "werkzeug.exceptions", None)
    monkeypatch.setitem(sys.modules, "sagemaker_inference.errors", None)

    with modules_of(ALGORITHMS / "sklearn_tabular", "refusals") as (module,):
        bases = [base.__name__ for base in module.RequestError.__mro__]

    assert bases[:3] == ["RequestError", "BaseInferenceToolkitError", "ValueError"]
