"""Which training jobs are not worth going on with, told by their objectives epoch by epoch."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

REDUCTION = 3
"""Of how many jobs that come to a rung of Hyperband one goes on."""

type Series = Sequence[float]
"""The objective after each epoch."""


@dataclass(frozen=True)
class Competitor:
    """A training job as far as it has come."""

    number: int
    """Its place among the jobs, from 0."""
    series: Series
    running: bool


type Rule = Callable[[Competitor, Sequence[Competitor]], bool]
"""Whether to stop a running job, seeing all jobs."""


def by_median(minimize: bool) -> Rule:
    """Return AWS's rule of early stopping.

    A job is stopped whose last objective is worse than the median of the running averages that the
    jobs before it had up to the same epoch
    (https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-early-stopping.html).
    """

    def rule(one: Competitor, everybody: Sequence[Competitor]) -> bool:
        epoch = len(one.series)
        averages = [
            statistics.fmean(other.series[:epoch])
            for other in everybody
            if other.number < one.number and not other.running and len(other.series) >= epoch > 0
        ]
        if not averages:
            return False
        median = statistics.median(averages)
        return one.series[-1] > median if minimize else one.series[-1] < median

    return rule


def by_rungs(minimize: bool, least: int, most: int) -> Rule:
    """Return Hyperband's rule, in the form for jobs that do not wait for each other.

    A job is stopped at *most* epochs, and at a rung unless it is among the best third of those that
    have come there so far. All begin at the lowest rung: the other brackets are for objectives that
    say nothing early, for which there is *least* (Li et al., https://arxiv.org/abs/1810.05934).
    """
    rungs = _rungs(least, most)

    def rule(one: Competitor, everybody: Sequence[Competitor]) -> bool:
        if len(one.series) >= most:
            return True
        rung = max((rung for rung in rungs if len(one.series) >= rung), default=0)
        there = [other.series[rung - 1] for other in everybody if len(other.series) >= rung]
        if not rung or len(there) < REDUCTION:
            return False
        bar = sorted(there, reverse=not minimize)[len(there) // REDUCTION - 1]
        value = one.series[rung - 1]
        return value > bar if minimize else value < bar

    return rule


def never(_one: Competitor, _everybody: Sequence[Competitor]) -> bool:
    """Let every job go on."""
    return False


def _rungs(least: int, most: int) -> list[int]:
    rungs = []
    while least < most:
        rungs.append(least)
        least *= REDUCTION
    return rungs
