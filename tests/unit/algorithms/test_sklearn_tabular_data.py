"""What `sklearn_tabular` reads of a channel, and its sentence for each fault of the data."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.unit.algorithms.script_mode import (
    ALGORITHMS,
    as_arguments,
    modules_of,
    write_channels,
)

ROWS = [f"{n},{n % 4},{'a' if n % 2 else 'b'}" for n in range(20)]
HEADER = "x,y,target"
MOSTLY = (
    "though most of the column is; "
    "correct it, or name the column in the hyperparameter 'categorical'."
)
TO_REGRESSION = "for numbers set the hyperparameter 'task' to regression."


@pytest.fixture(scope="module")
def script() -> Iterator[ModuleType]:
    with modules_of(ALGORITHMS / "sklearn_tabular", "train") as (module,):
        yield module


def a_file(*, header: str = HEADER, replace: tuple[int, str] | None = None) -> str:
    """Give a CSV file; *replace* says which line to put in place of its own (the header is 1)."""
    lines = [header, *ROWS]
    if replace:
        lines[replace[0] - 1] = replace[1]
    return "\n".join(lines) + "\n"


class Trainer:
    """Runs the training where it is, so that each fault costs milliseconds."""

    def __init__(self, script: ModuleType, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._script, self._root, self._monkeypatch = script, root, monkeypatch

    def train(
        self,
        files: dict[str, str | bytes],
        validation: dict[str, str | bytes] | None = None,
        **hyper: object,
    ) -> None:
        channels = {"train": files} | ({"validation": validation} if validation else {})
        for name, value in write_channels(self._root, channels).items():
            self._monkeypatch.setenv(name, value)
        self._script.train(self._script.parse(as_arguments({"max_iter": 2, **hyper})))

    def fault(self, files: dict[str, str | bytes], **hyper: object) -> str:
        with pytest.raises(self._script.DataError) as found:
            self.train(files, **hyper)  # type: ignore[arg-type]
        return str(found.value)


@pytest.fixture
def trainer(script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trainer:
    return Trainer(script, tmp_path, monkeypatch)


def test_all_files_of_a_channel_are_one_table(
    trainer: Trainer, capsys: pytest.CaptureFixture[str]
) -> None:
    trainer.train(
        {
            "data.csv": a_file(),
            "deep/part-00001": "\ufeff" + a_file(),
            "other order.csv": "target,x,y\r\n" + "\r\n".join(f"a,{n},1" for n in range(10)),
            "_SUCCESS": "",
            ".hidden.csv": "nonsense",
            "_temporary/part-0": "nonsense",
            "notes.txt": "nonsense",
        }
    )

    assert "classification: 40 rows to learn from, 10 to validate with" in capsys.readouterr().out


def test_blank_lines_and_quoted_cells_are_fine(
    trainer: Trainer, capsys: pytest.CaptureFixture[str]
) -> None:
    trainer.train({"data.csv": a_file(replace=(5, '\n"3", 1 ,"a"\n\n'))})

    assert "16 rows to learn from, 4 to validate with" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"x.parquet": "x"}, "The channel 'train' has no file named *.csv or part-*."),
        ({"data.csv": ""}, "train/data.csv is empty."),
        ({"data.csv": HEADER}, "The channel 'train' has a header and no rows."),
        ({"data.csv": f"{HEADER}\n1,2,a\n1,2,b\n"}, "There are 2 rows; at least 10 are needed."),
        (
            {"data.csv": a_file(header="x,x,target")},
            "train/data.csv, line 1: the header has the column 'x' twice.",
        ),
        (
            {"data.csv": a_file(header="x,,target")},
            "train/data.csv, line 1: the header has a column without a name.",
        ),
        (
            {"data.csv": a_file(replace=(5, "1,2"))},
            "train/data.csv, line 5: has 2 values, the header 3.",
        ),
        (
            {"a.csv": a_file(), "b.csv": a_file(header="x,z,target")},
            "train/b.csv lacks the column 'y', unlike train/a.csv.",
        ),
        (
            {"a.csv": a_file(), "b.csv": a_file(header="x,y,a,target")},
            "train/b.csv alone has the column 'a', unlike train/a.csv.",
        ),
        (
            {"data.csv": a_file(header="x,y,label")},
            "There is no column 'target' in train/data.csv: it has x, y, label.",
        ),
        (
            {"data.csv": "target\n" + "a\nb\n" * 10},
            "There is no column besides 'target' to learn from.",
        ),
        (
            {"data.csv": a_file(replace=(7, "6,2,"))},
            "train/data.csv, line 7, column 'target': the value to predict is missing.",
        ),
        (
            {"data.csv": a_file(replace=(9, "seven,2,a"))},
            f"train/data.csv, line 9, column 'x': 'seven' is not a number, {MOSTLY}",
        ),
        (
            {"data.csv": a_file(replace=(9, "inf,2,a"))},
            f"train/data.csv, line 9, column 'x': 'inf' is not a number, {MOSTLY}",
        ),
        (
            {"data.csv": "x,target\n" + "".join(f"{n},name{n}\n" for n in range(20))},
            f"The column 'target' has 20 classes in 20 rows; {TO_REGRESSION}",
        ),
        (
            {"data.csv": "x,target\n" + "".join(f"{n},2.5\n" for n in range(20))},
            "The column 'target' has only the value 2.5; nothing to learn.",
        ),
        (
            {"data.csv": a_file().encode() + "20,1,é\n".encode("latin-1")},
            "train/data.csv is not UTF-8: byte 146 is invalid continuation byte.",
        ),
        (
            {"data.csv": f"x,target\n{'9' * 200_000},a\n"},
            "train/data.csv is no CSV: field larger than field limit (131072).",
        ),
    ],
)
def test_a_fault_is_named_with_its_place(
    trainer: Trainer, files: dict[str, str | bytes], sentence: str
) -> None:
    assert trainer.fault(files) == sentence


def test_regression_needs_numbers(trainer: Trainer) -> None:
    fault = trainer.fault({"data.csv": a_file()}, task="regression")

    assert fault == (
        "train/data.csv, line 2, column 'target': 'b' is not a number, which regression needs."
    )


def test_a_categorical_column_must_be_there(trainer: Trainer) -> None:
    fault = trainer.fault({"data.csv": a_file()}, categorical="x,zip")

    assert fault == "There is no column 'zip' in train/data.csv: it has x, y, target."


def test_numbers_can_be_taken_for_names(trainer: Trainer, tmp_path: Path) -> None:
    trainer.train({"data.csv": a_file(replace=(9, "7,two,a"))}, categorical="y")

    assert '"categories": [\n    "0",' in (tmp_path / "model/metadata.json").read_text()


def test_a_class_of_the_validation_channel_must_occur_in_training(trainer: Trainer) -> None:
    fault = trainer.fault(
        {"data.csv": a_file()}, validation={"data.csv": a_file(replace=(3, "1,1,c"))}
    )

    assert fault == (
        "validation/data.csv, line 3, column 'target': the class 'c' does not occur in training."
    )


def test_the_validation_channel_must_have_the_same_columns(trainer: Trainer) -> None:
    fault = trainer.fault(
        {"data.csv": a_file()}, validation={"data.csv": a_file(header="x,z,target")}
    )

    assert fault == "The channel 'validation' lacks the column 'y', unlike 'train'."


@pytest.mark.parametrize(
    ("values", "task"),
    [
        (["0", "1"], "classification"),
        (["1", "2", "3"], "classification"),
        (["low", "high"], "classification"),
        (["0.5", "1.5"], "regression"),
        ([str(n) for n in range(30)], "regression"),
    ],
)
def test_the_task_is_guessed_from_the_values(
    trainer: Trainer, capsys: pytest.CaptureFixture[str], values: list[str], task: str
) -> None:
    rows = "".join(f"{n},{values[n % len(values)]}\n" for n in range(60))

    trainer.train({"data.csv": f"x,target\n{rows}"})

    assert capsys.readouterr().out.startswith(f"{task}: ")


def test_classes_that_are_numbers_are_in_the_order_of_numbers(
    trainer: Trainer, tmp_path: Path
) -> None:
    rows = "".join(f"{n},{(2, 10, 1)[n % 3]}\n" for n in range(30))

    trainer.train({"data.csv": f"x,target\n{rows}"})

    assert (
        '"classes": [\n   "1",\n   "2",\n   "10"' in (tmp_path / "model/metadata.json").read_text()
    )
