"""The graph beside the list of steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainwright_cli.pipelines.rails import MOST_LANES, rails

DIAMOND = """\
●     a
├─●   b
├─│─● c
● │ │ d
●─┴─╯ e
"""
IMPLIED = """\
● prepare
● train
● transform
● evaluate
"""
BRANCHES = """\
●   gate
├─● yes
● │ no
  ● register
"""


def drawn(needs: dict[str, list[str]]) -> str:
    """Draw steps without a status."""
    graph = rails(needs)
    rows = (f"{graph[name].before}●{graph[name].after}{name}\n" for name in needs)
    return "".join(rows)


def test_a_diamond_parts_and_meets() -> None:
    needs = {"a": [], "b": ["a"], "c": ["a"], "d": ["a"], "e": ["b", "c", "d"]}

    assert drawn(needs) == DIAMOND


def test_an_edge_that_others_imply_is_not_drawn() -> None:
    needs = {
        "prepare": [],
        "train": ["prepare"],
        "transform": ["train", "prepare"],
        "evaluate": ["transform", "prepare"],
    }

    assert drawn(needs) == IMPLIED


def test_a_lane_goes_on_below_steps_that_it_does_not_lead_to() -> None:
    needs = {"gate": [], "yes": ["gate"], "no": ["gate"], "register": ["yes"]}

    assert drawn(needs) == BRANCHES


def test_a_lane_that_others_still_need_is_joined_and_goes_on() -> None:
    needs = {"a": [], "x": [], "both": ["a", "x"], "last": ["x"]}

    assert drawn(needs) == "●   a\n│ ● x\n●─┤ both\n  ● last\n"


def test_too_wide_a_graph_is_not_drawn() -> None:
    wide = {"start": [], **{f"w{number}": ["start"] for number in range(MOST_LANES + 2)}}

    assert rails({**wide, "end": [name for name in wide if name != "start"]}) == {}


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, list[str]]:
    """Make a graph whose steps need some of those before them."""
    count = draw(st.integers(1, 8))
    return {
        f"s{at}": [f"s{before}" for before in range(at) if draw(st.booleans())]
        for at in range(count)
    }


@given(graphs())
def test_every_edge_is_drawn_once(needs: dict[str, list[str]]) -> None:
    graph = rails(needs)

    assert list(graph) == list(needs)
    assert len({len(rail.before + rail.after) for rail in graph.values()}) == 1
    for name, rail in graph.items():
        direct = direct_needs(needs, name)
        joints = sum((rail.before + rail.after).count(sign) for sign in "├┤╰╯┴┼")
        # One of the lanes may come from straight above.
        assert joints in {len(direct), len(direct) - 1}


def direct_needs(needs: dict[str, list[str]], name: str) -> set[str]:
    """Give the needs of a step that are no needs of its needs."""

    def above(step: str) -> set[str]:
        return {step}.union(*(above(need) for need in needs[step]))

    implied = {far for need in needs[name] for far in above(need) - {need}}
    return set(needs[name]) - implied


@pytest.mark.parametrize("count", [1, 1000])
def test_a_chain_takes_one_lane(count: int) -> None:
    needs = {f"s{at}": [f"s{at - 1}"] if at else [] for at in range(count)}

    assert {len(rail.before + rail.after) for rail in rails(needs).values()} == {1}
