"""Size of what is uploaded: each function's package and the layer, zipped as `sam deploy` does."""

import io
import zipfile
from pathlib import Path

from benchmarks.bench import LAYER, Bench
from benchmarks.table import Row, Table, Unit

FUNCTION_BYTES = 10_000
LAYER_BYTES = 20_000_000


def measure(bench: Bench) -> Table:
    """Zip everything that was built."""
    functions = [
        Row(path.name, [zipped(path)], Unit.KILOBYTES, FUNCTION_BYTES)
        for path in bench.built_functions
    ]
    layer = Row("the layer", [zipped(bench.built / LAYER)], Unit.MEGABYTES, LAYER_BYTES)
    return Table("Sizes, zipped", [*functions, layer])


def zipped(folder: Path) -> int:
    """Give the size of *folder* as a zip; what Python left there by being run is no part of it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                archive.write(path, path.relative_to(folder))
    return buffer.tell()
