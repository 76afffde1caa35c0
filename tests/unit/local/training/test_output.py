"""Lines of a script: in order, soon, and never too much at once."""

import threading

import pytest

from trainwright_local.sagemaker.jobs.log_stream import MOST_BYTES, requests
from trainwright_local.sagemaker.jobs.output import LONGEST_LINE, Line, LineBatches, Tail
from trainwright_local.sagemaker.training.metrics import found_in


def lines(*texts: str) -> list[Line]:
    return [Line(1000 + number, text) for number, text in enumerate(texts)]


def test_every_line_arrives_in_order() -> None:
    seen: list[str] = []
    batches = LineBatches(lambda batch: seen.extend(line.text for line in batch))

    for number in range(12_000):
        batches.write(str(number))
    batches.close()

    assert seen == [str(number) for number in range(12_000)]


def test_a_line_arrives_while_the_script_goes_on() -> None:
    arrived = threading.Event()
    batches = LineBatches(lambda _batch: arrived.set())

    batches.write("begun")

    assert arrived.wait(10)
    batches.close()


def test_a_very_long_line_is_cut() -> None:
    seen: list[Line] = []
    batches = LineBatches(seen.extend)

    batches.write("x" * 10 * LONGEST_LINE)
    batches.close()

    assert len(seen[0].text) == LONGEST_LINE


def test_a_failing_consumer_costs_the_others_nothing(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[Line] = []

    def fail(_batch: list[Line]) -> None:
        raise RuntimeError("no")

    batches = LineBatches(fail, seen.extend)
    batches.write("a")
    batches.close()

    assert [line.text for line in seen] == ["a"]
    assert "RuntimeError: no" in caplog.text


def test_the_error_is_the_last_traceback() -> None:
    tail = Tail()
    start = "Traceback (most recent call last):"

    tail.remember(lines("epoch 1", start, "KeyError: 'a'", "again", start, "ValueError: b"))

    assert tail.error() == f"{start}\nValueError: b"


def test_without_a_traceback_the_error_is_the_last_lines() -> None:
    tail = Tail()

    tail.remember(lines(*map(str, range(100))))

    assert tail.error() == "95\n96\n97\n98\n99"


def test_a_request_to_cloudwatch_logs_is_not_too_large() -> None:
    batch = lines(*["é" * LONGEST_LINE] * 50)

    sent = list(requests(batch))

    assert [line for part in sent for line in part] == batch
    assert len(sent) > 1
    for part in sent:
        assert sum(len(line.text.encode()) + 26 for line in part) <= MOST_BYTES


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("epoch=3 loss=0.25 accuracy=0.9;", [("loss", 0.25), ("accuracy", 0.9)]),
        ("loss=1e-3", [("loss", 0.001)]),
        ("loss=1 loss=2", [("loss", 1.0), ("loss", 2.0)]),
        ("loss=none", []),
        ("loss=nan accuracy=inf", []),
        ("nothing here", []),
    ],
)
def test_metrics_are_the_numbers_that_the_expressions_capture(
    text: str, values: list[tuple[str, float]]
) -> None:
    definitions = [
        {"Name": "loss", "Regex": r"loss=(\S+)"},
        {"Name": "accuracy", "Regex": r"accuracy=([0-9.]+|inf)"},
    ]

    found = found_in(lines(text), definitions)

    assert [(metric["MetricName"], metric["Value"]) for metric in found] == values
    assert all(metric["Timestamp"] == 1.0 for metric in found)
