"""How the next values are chosen: from what has been tried and how that went, and no more.

A search has no state of its own: it is the same after a restart of the cloud, and with the same
seed and the same results it makes the same choice. The price is that the sampler is given all of
the history each time.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from trainwright_local.sagemaker.tuning.ranges import Categories, Range

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

STARTUP_TRIALS = 4
"""So many are chosen at random before there is anything to learn from."""
REDRAWS = 20
SEEDS = 2**31

type Values = dict[str, str]


@dataclass(frozen=True)
class Trial:
    """Values that were tried, and the objective that came of them; none is known yet or ever."""

    values: Values
    objective: float | None
    pending: bool = False


@dataclass(frozen=True)
class Question:
    """What a choice depends on; the *history* may begin with trials of other tuning jobs."""

    ranges: Sequence[Range]
    seed: int
    number: int
    """Which choice it is, from 0."""
    history: Sequence[Trial]
    minimize: bool


def combinations(ranges: Sequence[Range]) -> int:
    """Return how many different choices categorical *ranges* leave."""
    return math.prod(len(one.values) for one in ranges if isinstance(one, Categories))


def grid(question: Question) -> Values:
    """Take one combination after the other."""
    names = [one.name for one in question.ranges]
    values = (one.values for one in question.ranges if isinstance(one, Categories))
    chosen = next(itertools.islice(itertools.product(*values), question.number, None))
    return dict(zip(names, chosen, strict=True))


def random(question: Question) -> Values:
    """Draw each value from its range, and again what has been tried before."""
    draw = Random(f"{question.seed}/{question.number}")  # noqa: S311 - a search is no secret
    tried = [trial.values for trial in question.history]
    for _ in range(REDRAWS):
        values = {
            one.name: draw.choice(one.values)
            if isinstance(one, Categories)
            else one.at(draw.random())
            for one in question.ranges
        }
        if values not in tried:
            break
    return values


def bayesian(question: Question) -> Values:
    """Ask a model of the objective, the tree-structured Parzen estimator, where to look next.

    What is still being tried counts as bad, so that jobs in parallel do not try the same.
    """
    # Imported where it is needed: most clouds never tune anything.
    import optuna  # noqa: PLC0415

    if sum(trial.objective is not None for trial in question.history) < STARTUP_TRIALS:
        return random(question)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(
        seed=(question.seed + question.number) % SEEDS,
        multivariate=True,
        constant_liar=True,
        n_startup_trials=STARTUP_TRIALS,
    )
    study = optuna.create_study(
        sampler=sampler, direction="minimize" if question.minimize else "maximize"
    )
    distributions = {one.name: _distribution(one) for one in question.ranges}
    study.add_trials(_frozen(trial, question.ranges, distributions) for trial in question.history)
    points = study.ask(distributions).params
    values = {one.name: _value(one, points[one.name]) for one in question.ranges}
    return random(question) if values in [t.values for t in question.history] else values


STRATEGIES: dict[str, Callable[[Question], Values]] = {
    "Grid": grid,
    "Random": random,
    "Bayesian": bayesian,
    # Which of them go on to the end is the rungs' affair; see `stopping`.
    "Hyperband": random,
}


def _distribution(one: Range) -> "BaseDistribution":
    from optuna import distributions  # noqa: PLC0415

    if isinstance(one, Categories):
        return distributions.CategoricalDistribution(one.values)
    return distributions.FloatDistribution(0, 1)


def _frozen(
    trial: Trial, ranges: Sequence[Range], distributions: "dict[str, BaseDistribution]"
) -> "FrozenTrial":
    from optuna.trial import TrialState, create_trial  # noqa: PLC0415

    if trial.objective is not None:
        state = TrialState.COMPLETE
    else:
        state = TrialState.RUNNING if trial.pending else TrialState.FAIL
    return create_trial(
        state=state,
        value=trial.objective,
        params={one.name: _point(one, trial.values[one.name]) for one in ranges},
        distributions=distributions,
    )


def _point(one: Range, value: str) -> float | str:
    return value if isinstance(one, Categories) else one.point_of(value)


def _value(one: Range, point: float | str) -> str:
    if isinstance(one, Categories):
        return str(point)
    return one.at(float(point))
