"""Write which operations the local SageMaker has: `python -m tools.make_operations_table`.

The table stands between two marks in docs/local-sagemaker.md.
"""

import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

from trainwright_local.sagemaker import service
from trainwright_local.sagemaker.api.operations import OPERATIONS
from trainwright_local.sagemaker.api.schema import service_model

PAGE = Path(__file__).parent.parent / "docs" / "local-sagemaker.md"
BEGIN, END = "<!-- operations: begin -->\n", "<!-- operations: end -->\n"

FAMILIES = {
    "training jobs": r"TrainingJobs?",
    "processing jobs": r"ProcessingJobs?",
    "transform jobs": r"TransformJobs?",
    "tuning jobs": r"(TrainingJobsFor)?HyperParameterTuningJobs?",
    "models": r"Models?",
    "endpoint configurations": r"EndpointConfigs?",
    "endpoints": r"Endpoints?|EndpointWeightsAndCapacities",
    "invocations": r"Endpoint(Async|With\w+)?",
    "model registry": r"ModelPackage\w*",
    "tags": r"Tags",
}
"""The resources that are emulated, and what the names of their operations are after the verb."""
_VERB = re.compile(r"(?:Batch)?[A-Z][a-z]+")


def table() -> str:
    """Return the table."""
    return "".join(f"{line}\n" for line in _lines())


def page() -> str:
    """Return the page with the table as it should be."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    return before + BEGIN + table() + END + rest.partition(END)[2]


def _lines() -> Iterator[str]:
    for package in service.PACKAGES:
        import_module(f"{service.__package__}.{package}")
    control = list(service_model("sagemaker").operation_names)
    runtime = list(service_model("sagemaker-runtime").operation_names)
    yield "| | emulated | refused |"
    yield "|---|---|---|"
    shown = 0
    for title, noun in FAMILIES.items():
        offered = runtime if title == "invocations" else control
        names = [name for name in offered if re.fullmatch(noun, _VERB.sub("", name, count=1))]
        shown += len(names)
        yield (
            f"| {title} | {_cell(name for name in names if name in OPERATIONS)} "
            f"| {_cell(name for name in names if name not in OPERATIONS)} |"
        )
    yield f"| everything else | | {len(control) + len(runtime) - shown} operations |"


def _cell(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    PAGE.write_text(page())
