"""What several algorithms need is copied, for each folder is a package of its own: equal copies."""

from pathlib import Path

import pytest

ALGORITHMS = Path(__file__).parents[2] / "algorithms"
COPIED = (
    "refusals.py",
    "pictures.py",
    "data_set.py",
    "arguments.py",
    "text_requests.py",
    "text_pairs.py",
    "rouge.py",
    "fine_tuning.py",
    "byte_pairs.py",
)


@pytest.mark.parametrize("name", COPIED)
def test_all_copies_of_a_module_are_the_same(name: str) -> None:
    copies = {path.parent.name: path.read_text() for path in ALGORITHMS.glob(f"*/{name}")}

    assert len(copies) > 1
    assert len(set(copies.values())) == 1, f"{name} differs between {', '.join(copies)}"
