"""The variables by which `keybert` is told how to look for keywords."""

from collections.abc import Iterator
from types import ModuleType

import pytest

from tests.unit.algorithms.script_mode import ALGORITHMS, modules_of


@pytest.fixture(scope="module")
def options() -> Iterator[ModuleType]:
    with modules_of(ALGORITHMS / "keybert", "options") as (module,):
        yield module


def test_without_variables_the_defaults_are_those_its_users_know(options: ModuleType) -> None:
    assert options.read_options({}) == options.Options(
        kind="default",
        model="",
        ngrams=(1, 1),
        stop_words="english",
        top_n=5,
        min_df=1,
        use_maxsum=False,
        use_mmr=False,
        diversity=0.5,
        nr_candidates=20,
        highlight=False,
    )


def test_stop_words_are_english_none_or_ones_own(options: ModuleType) -> None:
    assert options.read_options({"stop_words": "none"}).stop_words is None
    assert options.read_options({"stop_words": "Der, die ,"}).stop_words == ["der", "die"]


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"top_n": "0"}, "top_n must be a whole number from 1 to 100, is '0'"),
        ({"top_n": "five"}, "is 'five'"),
        ({"diversity": "1.5"}, "diversity must be a number from 0 to 1, is '1.5'"),
        ({"diversity": "nan"}, "is 'nan'"),
        ({"use_mmr": "yes"}, "use_mmr must be true or false, is 'yes'"),
        ({"use_mmr": "true", "use_maxsum": "1"}, "exclude each other"),
        ({"keyphrase_ngram_start": "2"}, "keyphrase_ngram_start is 2, above keyphrase_ngram_end"),
        ({"use_maxsum": "true", "nr_candidates": "4"}, "nr_candidates is 4, below top_n, 5"),
        ({"use_maxsum": "true", "nr_candidates": "90"}, "too many for use_maxsum"),
    ],
)
def test_a_wrong_variable_is_named(
    options: ModuleType, variables: dict[str, str], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        options.read_options(variables)
