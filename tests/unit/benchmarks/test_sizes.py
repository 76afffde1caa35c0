"""The size of a package is that of its zip."""

from pathlib import Path

from benchmarks.sizes import zipped


def test_a_package_is_measured_compressed(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("x = 1\n" * 10_000)

    assert 100 < zipped(tmp_path) < 1_000


def test_bytecode_left_by_a_run_is_no_part_of_a_package(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("x = 1\n")
    before = zipped(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "app.cpython-313.pyc").write_bytes(b"\0" * 5_000)

    assert zipped(tmp_path) == before
