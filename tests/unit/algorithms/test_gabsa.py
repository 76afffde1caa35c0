"""How `gabsa` reads opinions, writes them for the model and reads what it has written."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.unit.algorithms.script_mode import ALGORITHMS, modules_of

SENTENCE = "Salads were fantastic , our server was helpful ."
PAIRS = [("Salads", "fantastic"), ("server", "helpful")]


@pytest.fixture(scope="module")
def modules() -> Iterator[dict[str, ModuleType]]:
    names = ("opinions", "paradigms", "normalization")
    with modules_of(ALGORITHMS / "gabsa", *names) as found:
        yield dict(zip(names, found, strict=True))


def reviews_in(
    modules: dict[str, ModuleType], folder: Path, text: str, task: str
) -> list[tuple[str, list[tuple[str, ...]]]]:
    path = folder / "train.txt"
    path.write_text(text)
    return [tuple(one) for one in modules["opinions"].read_reviews(path, task)]


@pytest.mark.parametrize(
    ("task", "answers", "opinions"),
    [
        ("uabsa", "[([0], 'POS')]", [("Salads", "positive")]),
        ("aope", "[([0], [2]), ([5], [7])]", PAIRS),
        ("aste", "[([4, 5], [7], 'POS')]", [("our server", "helpful", "positive")]),
        ("tasd", "[('NULL', 'food', 'neutral')]", [("NULL", "food", "neutral")]),
        ("tasd", "[]", []),
    ],
)
def test_each_task_has_its_tuples(
    modules: dict[str, ModuleType],
    tmp_path: Path,
    task: str,
    answers: str,
    opinions: list[tuple[str, ...]],
) -> None:
    found = reviews_in(modules, tmp_path, f"{SENTENCE}####{answers}\n", task)

    assert found == [(SENTENCE, opinions)]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("No mark", "must be a sentence, #### and a list"),
        ("A [b] c####[]", "the sentence has '[', which marks opinions"),
        ("A b####__import__('os')", "no list of tuples"),
        ("A b####[('A',", "no list of tuples"),
        ("A b####[([2], 'POS')]", "[2] are not numbers of words from 0 to 1"),
        ("A b####[('C', 'positive')]", "'C' does not occur in the sentence"),
        ("A b####[('A', 'good')]", "the sentiment must be positive, negative, neutral"),
        ("A b####[('A', 'b', 'positive')]", "is not (aspect, sentiment)"),
    ],
)
def test_a_bad_line_is_refused_with_its_number(
    modules: dict[str, ModuleType], tmp_path: Path, line: str, message: str
) -> None:
    with pytest.raises(modules["opinions"].DataError) as caught:
        reviews_in(modules, tmp_path, f"A b####[]\n\n{line}\n", "uabsa")

    assert "train.txt, line 3: " in str(caught.value)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("paradigm", "text"),
    [
        ("extraction", "(Salads, fantastic); (server, helpful)"),
        (
            "annotation",
            "[Salads | fantastic] were fantastic , our [server | helpful] was helpful .",
        ),
    ],
)
def test_what_is_written_is_what_the_paper_shows_and_can_be_read(
    modules: dict[str, ModuleType], paradigm: str, text: str
) -> None:
    paradigms = modules["paradigms"]

    assert paradigms.written(SENTENCE, PAIRS, paradigm) == text
    assert paradigms.read(text, 2, paradigm) == PAIRS


@pytest.mark.parametrize("paradigm", ["extraction", "annotation"])
def test_what_the_sentence_does_not_name_survives(
    modules: dict[str, ModuleType], paradigm: str
) -> None:
    opinions = [("place", "general", "positive"), ("NULL", "service", "negative")]
    paradigms = modules["paradigms"]

    text = paradigms.written("Nice place !", opinions, paradigm)

    assert set(paradigms.read(text, 3, paradigm)) == set(opinions)


def test_two_opinions_on_one_term_are_both_marked(modules: dict[str, ModuleType]) -> None:
    opinions = [("wine", "good"), ("wine", "cheap"), ("wine list", "long")]
    paradigms = modules["paradigms"]

    text = paradigms.written("The wine list and the wine", opinions, "annotation")

    assert text == "The [wine list | long] and the [wine | good] [wine | cheap]"


def test_nothing_to_say_is_said(modules: dict[str, ModuleType]) -> None:
    paradigms = modules["paradigms"]

    assert paradigms.written(SENTENCE, [], "extraction") == "none"
    assert paradigms.read("none", 2, "extraction") == []
    assert paradigms.read("(a, b, c); (a,); (", 2, "extraction") == []


def test_what_was_misspelt_is_brought_to_the_nearest(modules: dict[str, ModuleType]) -> None:
    found = modules["normalization"].normalized(
        [("salad", "fods", "postive"), ("our servers", "service", "positive")],
        SENTENCE,
        ("aspect", "category", "sentiment"),
        {"category": ["food", "service"], "sentiment": ["positive", "negative"]},
    )

    assert found == [("Salads", "food", "positive"), ("our server", "service", "positive")]
