"""The parameters of a run: what was given, held against what is declared, over the defaults."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from trainwright.logic.pipelines.reading.merging import Merged
from trainwright.logic.pipelines.reading.nodes import Path
from trainwright.logic.pipelines.reading.spelling import nearest
from trainwright.models.pipelines.document import Parameter


def parameter_values(
    declared: Mapping[str, Parameter],
    given: Mapping[str, Any] | None,
    merged: Merged,
    broken: AbstractSet[Path],
) -> dict[str, Any]:
    """Give every parameter's value; what does not fit is reported at its declaration.

    Of a *broken* declaration is said only what is wrong with it.
    """
    path = ("sagemakerPipeline", "parameters")
    values = {name: it.default for name, it in declared.items() if it.default is not None}
    for name, value in (given or {}).items():
        if broken & {path, (*path, name)}:
            continue
        if name not in declared:
            found = nearest(name, declared)
            hint = (
                f"did you mean '{found}'?" if found else f"known: {', '.join(declared) or 'none'}"
            )
            merged.report(path, f"'{name}' is no parameter; {hint}")
        elif complaint := declared[name].complaint(value):
            merged.report((*path, name), f"the value given {complaint}")
        else:
            values[name] = value
    if given is not None:
        for name in declared.keys() - values.keys():
            merged.report((*path, name), "has no default, so a run must give it a value")
    return values
