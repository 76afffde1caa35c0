"""Lets torchvision be imported where its compiled part cannot be: beside a torch for CPUs alone.

Run by every interpreter of an environment that it is put in; it costs nothing until something
imports torchvision. Then, if the compiled part does not load, the two operators of it that are
needed for the import are declared, and `nms` works; of all others torch says that they are missing.
"""
# ruff: noqa: INP001, SLF001 - a module of its own, which completes another package

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any


class _Finder:
    """Finds torchvision as ever, but has it loaded by way of `_load`."""

    @classmethod
    def find_spec(cls, name: str, path: object = None, _target: object = None) -> ModuleSpec | None:
        if name != "torchvision" or path is not None:
            return None
        # To be found is not to be imported: many only ask whether it is there, and import it later.
        spec = PathFinder.find_spec(name)
        if spec and spec.loader:
            load, places = spec.loader.exec_module, spec.submodule_search_locations or []
            spec.loader.exec_module = lambda module: _load(module, load, places)  # type: ignore[method-assign]
        return spec


def _has_compiled(places: list[str]) -> bool:
    torch = import_module("torch")

    try:
        torch.ops.load_library(f"{places[0]}/_C.so")
    except (ImportError, OSError):
        return False
    return True


def _load(module: ModuleType, load: Any, places: list[str]) -> None:  # noqa: ANN401 - a loader's own
    if _has_compiled(places):
        load(module)
        return
    torch = import_module("torch")
    library = torch.library.Library("torchvision", "FRAGMENT")
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.impl("nms", _nms, "CPU")
    load(module)
    module.extension._has_ops = lambda: True  # asked before each operator is called
    module._stand_in = library  # type: ignore[attr-defined] # which ends with the last who holds it


def _nms(boxes: Any, scores: Any, threshold: float) -> Any:  # noqa: ANN401 - tensors
    """Keep the boxes that no better one overlaps by more than *threshold*, the best first."""
    torch = import_module("torch")

    order = scores.argsort(descending=True, stable=True)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    kept = []
    while len(order):
        best, order = order[0], order[1:]
        kept.append(best)
        low = torch.maximum(boxes[best, :2], boxes[order, :2])
        high = torch.minimum(boxes[best, 2:], boxes[order, 2:])
        common = (high - low).clamp(min=0).prod(1)
        order = order[common <= threshold * (areas[best] + areas[order] - common)]
    return torch.stack(kept) if kept else scores.new_empty(0, dtype=torch.long)


sys.meta_path.insert(0, _Finder)
