"""How values are chosen."""

import statistics
from collections.abc import Callable

from trainwright_local.sagemaker.tuning.ranges import SCALES, Categories, Numbers, Range
from trainwright_local.sagemaker.tuning.search import (
    Question,
    Trial,
    Values,
    bayesian,
    combinations,
    grid,
    random,
)

X = Numbers("x", 0, 1, SCALES["Linear"], whole=False)
Y = Numbers("y", 0.001, 1000, SCALES["Logarithmic"], whole=False)
KIND = Categories("kind", ("a", "b", "c"))
OTHER = Categories("other", ("1", "2"))


def ask(
    search: Callable[[Question], Values],
    history: list[Trial],
    *ranges: Range,
    seed: int = 1,
    minimize: bool = True,
) -> Values:
    return search(Question(ranges, seed, len(history), history, minimize))


def bowl(values: Values) -> float:
    """A quadratic that is least at x = 0.7, y = 10 and of kind b."""
    return (
        (float(values["x"]) - 0.7) ** 2
        + (Y.point_of(values["y"]) - Y.point_of("10")) ** 2
        + (0 if values["kind"] == "b" else 0.1)
    )


def least(search: Callable[[Question], Values], seed: int, sign: int = 1) -> float:
    """Return how far down a search of 25 trials gets; or up, in a bowl upside down."""
    history: list[Trial] = []
    for _ in range(25):
        values = ask(search, history, X, Y, KIND, seed=seed, minimize=sign > 0)
        history.append(Trial(values, sign * bowl(values)))
    return min(sign * trial.objective for trial in history if trial.objective is not None)


def test_the_grid_has_every_combination_once() -> None:
    history: list[Trial] = []
    for _ in range(combinations([KIND, OTHER])):
        history.append(Trial(ask(grid, history, KIND, OTHER), None, pending=True))

    assert len(history) == 6
    assert sorted((t.values["kind"], t.values["other"]) for t in history) == [
        ("a", "1"), ("a", "2"), ("b", "1"), ("b", "2"), ("c", "1"), ("c", "2"),
    ]  # fmt: skip


def test_chance_has_a_seed_and_depends_on_nothing_else() -> None:
    first = ask(random, [], X, KIND)
    failed = [Trial(first, None)]
    good = [Trial(first, 0.1)]

    assert ask(random, [], X, KIND) == first
    assert ask(random, [], X, KIND, seed=2) != first
    assert ask(random, failed, X, KIND) == ask(random, good, X, KIND) != first


def test_chance_does_not_try_again_what_was_tried() -> None:
    history: list[Trial] = []
    for _ in range(6):
        history.append(Trial(ask(random, history, KIND, OTHER), 1.0))

    assert len({tuple(trial.values.values()) for trial in history}) == 6
    assert ask(random, history, KIND, OTHER) in [trial.values for trial in history]


def test_a_model_of_the_objective_finds_the_bottom_and_chance_does_not() -> None:
    seeds = range(10, 500, 70)

    found = [least(bayesian, seed) for seed in seeds]
    drawn = [least(random, seed) for seed in seeds]

    assert statistics.median(found) < statistics.median(drawn) / 2
    assert statistics.median(found) < 0.01


def test_what_is_to_be_maximized_is() -> None:
    assert least(bayesian, seed=10, sign=-1) < 0.02


def test_the_same_history_and_seed_make_the_same_choice() -> None:
    history = [Trial(ask(random, [], X, KIND, seed=n), float(n)) for n in range(6)]

    assert ask(bayesian, history, X, KIND) == ask(bayesian, history, X, KIND)
    assert ask(bayesian, history, X, KIND) != ask(bayesian, history, X, KIND, seed=2)


def test_what_is_pending_or_failed_is_no_objective() -> None:
    history = [Trial(ask(random, [], X, KIND, seed=n), float(n)) for n in range(5)]
    more = [*history, Trial({"x": "0.5", "kind": "a"}, None, pending=True)]
    more.append(Trial({"x": "0.6", "kind": "a"}, None))

    chosen = ask(bayesian, more, X, KIND)

    assert 0 <= float(chosen["x"]) <= 1
    assert chosen["kind"] in KIND.values
