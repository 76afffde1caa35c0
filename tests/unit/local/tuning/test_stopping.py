"""Which training jobs are stopped early."""

from collections.abc import Sequence

import pytest

from trainwright_local.sagemaker.tuning.stopping import Competitor, Rule, by_median, by_rungs


def jobs(*series: Sequence[float], running: int) -> list[Competitor]:
    """Jobs in the order in which they began; the last so many still run."""
    first_running = len(series) - running
    return [Competitor(n, values, n >= first_running) for n, values in enumerate(series)]


def stops(rule: Rule, competitors: list[Competitor]) -> bool:
    return rule(competitors[-1], competitors)


def test_a_job_worse_than_the_median_of_the_averages_is_stopped() -> None:
    # The averages up to the second epoch are 3, 5 and 9; their median is 5.
    before = ([4.0, 2.0, 0.0], [6.0, 4.0], [10.0, 8.0, 7.0])

    assert stops(by_median(minimize=True), jobs(*before, [1.0, 5.1], running=1))
    assert not stops(by_median(minimize=True), jobs(*before, [99.0, 4.9], running=1))
    assert stops(by_median(minimize=False), jobs(*before, [99.0, 4.9], running=1))
    assert not stops(by_median(minimize=False), jobs(*before, [1.0, 5.1], running=1))


@pytest.mark.parametrize("before", [[], [[1.0]], [[]]])
def test_a_job_that_is_ahead_of_all_others_goes_on(before: list[list[float]]) -> None:
    assert not stops(by_median(minimize=True), jobs(*before, [9.0, 9.0], running=1))


def test_jobs_that_still_run_do_not_count() -> None:
    assert not stops(by_median(minimize=True), jobs([1.0, 1.0], [9.0, 9.0], running=2))


def test_a_third_of_the_jobs_goes_on_from_a_rung() -> None:
    rule = by_rungs(minimize=True, least=1, most=9)

    assert not stops(rule, jobs([1.0], [2.0], running=2))
    assert stops(rule, jobs([1.0], [2.0], [3.0], running=3))
    assert not stops(rule, jobs([3.0], [2.0], [1.0], running=3))
    assert stops(by_rungs(minimize=False, least=1, most=9), jobs([3.0], [2.0], [1.0], running=3))


def test_between_two_rungs_the_lower_one_decides() -> None:
    rule = by_rungs(minimize=True, least=1, most=9)

    assert stops(rule, jobs([1.0, 9.0], [2.0, 9.0], [3.0, 0.0], running=3))
    assert not stops(rule, jobs([1.0] * 3, [2.0], [3.0, 9.0, 0.5], running=3))


def test_no_job_is_stopped_before_the_first_rung() -> None:
    rule = by_rungs(minimize=True, least=3, most=9)

    assert not stops(rule, jobs([1.0], [1.0], [9.0, 9.0], running=3))


def test_every_job_is_stopped_at_the_last_epoch() -> None:
    rule = by_rungs(minimize=True, least=1, most=4)

    assert stops(rule, jobs([0.1] * 4, running=1))
    assert not stops(rule, jobs([0.1] * 3, running=1))
