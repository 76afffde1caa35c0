"""A custom service of multi-model-server."""

from pathlib import Path

state = {}


def handle(data, context):
    """Load the model when there is no data yet, and multiply by it afterwards."""
    if data is None:
        folder = context.system_properties["model_dir"]
        state["factor"] = float(Path(folder, "factor.txt").read_text())
        return None
    rows = data[0]["body"].split()
    return [str([float(row) * state["factor"] for row in rows])]
