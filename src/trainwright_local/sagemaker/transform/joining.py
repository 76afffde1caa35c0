"""DataProcessing: what of a record the model sees, and what of record and answer is kept.

A format knows how its records look: rows of CSV have indexes and no names, and are joined by
appending; JSON values are joined as an object with the answer under `SageMakerOutput`.
"""

import csv
import io
import json
from collections.abc import Sequence
from typing import Protocol

from trainwright_local.sagemaker.store import Json, Record
from trainwright_local.sagemaker.transform.paths import Path, PathError, parse

INPUT, OUTPUT = "SageMakerInput", "SageMakerOutput"


class JoinError(Exception):
    """Records or answers that cannot be filtered or joined as asked."""


class Format(Protocol):
    """How values are read from and written to text, and how two of them are joined."""

    by_line: bool

    def read(self, text: bytes, what: str) -> Json:
        """Return the value of one record; *what* it is, for an error."""

    def write(self, value: Json) -> bytes:
        """Return the text of a value, in one line."""

    def join(self, record: Json, answer: Json) -> Json:
        """Return both in one value."""


class Csv:
    """Rows, each an array of its cells; no cell holds a newline."""

    by_line = True

    def read(self, text: bytes, what: str) -> Json:
        """Return the cells of a row."""
        try:
            line = text.decode("utf-8").rstrip("\r\n")
            return next(csv.reader([line], strict=True))
        except (UnicodeDecodeError, csv.Error, StopIteration) as error:
            raise JoinError(f"Failed to parse {what} as CSV: {error}") from error

    def write(self, value: Json) -> bytes:
        """Return a row; a value that is no array is a row of one cell."""
        cells = value if isinstance(value, list) else [value]
        target = io.StringIO()
        csv.writer(target, lineterminator="").writerow(cells)
        return target.getvalue().encode()

    def join(self, record: Json, answer: Json) -> Json:
        """Append the cells of the answer."""
        return [*record, *answer]


class JsonValues:
    """JSON: one value an object or a line of it."""

    def __init__(self, *, by_line: bool) -> None:
        self.by_line = by_line

    def read(self, text: bytes, what: str) -> Json:
        """Return the value."""
        try:
            return json.loads(text)
        except ValueError as error:
            raise JoinError(f"Failed to parse {what} as JSON: {error}") from error

    def write(self, value: Json) -> bytes:
        """Return the value without any space."""
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def join(self, record: Json, answer: Json) -> Json:
        """Add the answer to an object; anything else becomes part of a new one."""
        if isinstance(record, dict):
            return record | {OUTPUT: answer}
        return {INPUT: record, OUTPUT: answer}


def format_of(content_type: str, *, split: bool) -> Format | None:
    """Return the format of a media type; None if it has no records that could be looked into."""
    name = content_type.partition(";")[0].strip().lower()
    if name == "text/csv":
        return Csv()
    if name in {"application/jsonlines", "application/x-jsonlines"}:
        return JsonValues(by_line=True)
    return JsonValues(by_line=split) if name == "application/json" else None


class DataProcessing:
    """What a job does with records before and with answers after the model; see `of`."""

    def __init__(self, asked: Record, form: Format | None) -> None:
        self.input: Path = parse(asked.get("InputFilter") or "$")
        self.output: Path = parse(asked.get("OutputFilter") or "$")
        self.joins: bool = asked.get("JoinSource", "None") == "Input"
        self._format = form

    @property
    def is_needed(self) -> bool:
        """Whether records or answers have to be looked into at all."""
        return self.joins or not (self.input.is_whole and self.output.is_whole)

    def asked_of(self, records: Sequence[bytes], body: bytes) -> bytes:
        """Return what the model is sent of a payload of *records*, whose bytes are *body*."""
        if self.input.is_whole:
            return body
        form = self._known()
        selected = [
            form.write(_selected(self.input, form.read(record, "input")))
            for record in self._records(records)
        ]
        return b"".join(row + b"\n" for row in selected) if len(selected) > 1 else selected[0]

    def kept_of(self, records: Sequence[bytes], answer: bytes) -> bytes:
        """Return what is stored of a payload and its *answer*."""
        if self.output.is_whole and not self.joins:
            return answer
        form = self._known()
        given = self._records(records)
        answers = self._answers(answer, len(given))
        values = [form.read(text, "output from the algorithm") for text in answers]
        if self.joins:
            read = [form.read(record, "input") for record in given]
            values = [form.join(*pair) for pair in zip(read, values, strict=True)]
        return b"\n".join(form.write(_selected(self.output, value)) for value in values)

    def _known(self) -> Format:
        assert self._format is not None, "a job that filters has a format it can look into"
        return self._format

    def _records(self, records: Sequence[bytes]) -> list[bytes]:
        """Return each record, of an object that was not split too."""
        if not self._known().by_line:
            return list(records)
        return [line for record in records for line in record.splitlines() if line.strip()]

    def _answers(self, answer: bytes, count: int) -> list[bytes]:
        """Return the answer to each of *count* records."""
        if count == 1 and not isinstance(self._format, Csv):
            return [answer]
        answers = [line for line in answer.splitlines() if line.strip()]
        if self.joins and len(answers) != count:
            raise JoinError(
                "Fail to join data: mismatched line count between the input and the output: "
                f"{count} and {len(answers)}"
            )
        return answers


def _selected(path: Path, value: Json) -> Json:
    try:
        return path.select(value)
    except PathError as error:
        raise JoinError(f"The JsonPath {path.text} cannot be applied: {error}") from error
