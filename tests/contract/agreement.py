"""The files that must agree with each other, read as they are."""

import importlib
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

import yaml
from pydantic import BaseModel

from trainwright.models.states import EndpointOutcome, TrainingOutcome

ROOT = Path(__file__).resolve().parents[2]
TOKEN_ANSWERS: dict[str, type[BaseModel]] = {
    "start_training": TrainingOutcome,
    "deploy_endpoint": EndpointOutcome,
    "roll_back": EndpointOutcome,
    "start_steps": BaseModel,
    "begin_step": BaseModel,
}
"""What answers the token that a function is given; the function's own result is dropped.

The work of a pipeline's step gives what it gives: its state passes it on unread.
"""

type Json = Any


class _Template(yaml.SafeLoader):
    """Reads CloudFormation's YAML; `!Sub x` becomes `{"Fn::Sub": "x"}`."""

    def intrinsic(self, name: str, node: yaml.Node) -> Json:
        key = name if name in {"Ref", "Condition"} else f"Fn::{name}"
        if isinstance(node, yaml.ScalarNode):
            return {key: self.construct_scalar(node)}
        if isinstance(node, yaml.SequenceNode):
            return {key: self.construct_sequence(node, deep=True)}
        assert isinstance(node, yaml.MappingNode)
        return {key: self.construct_mapping(node, deep=True)}


_Template.add_multi_constructor("!", _Template.intrinsic)


@cache
def template() -> Json:
    return yaml.load((ROOT / "template.yaml").read_text(), _Template)


def resources(kind: str) -> dict[str, Json]:
    found = template()["Resources"].items()
    return {name: resource for name, resource in found if resource["Type"] == kind}


@cache
def machines() -> dict[str, Json]:
    paths = sorted((ROOT / "statemachines").glob("*.asl.yaml"))
    return {p.name.removesuffix(".asl.yaml"): yaml.safe_load(p.read_text()) for p in paths}


def states() -> Iterator[tuple[str, str, Json]]:
    for machine, definition in machines().items():
        for name, state in definition["States"].items():
            yield machine, name, state


def tasks() -> Iterator[tuple[str, str, Json]]:
    return (found for found in states() if found[2]["Type"] == "Task")


def function_folders() -> set[str]:
    return {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}


def logical_id(folder: str, kind: str = "Function") -> str:
    return "".join(word.capitalize() for word in folder.split("_")) + kind


def function_of(state: Json) -> str | None:
    """Give the folder of the function that *state* invokes."""
    called = re.fullmatch(r"\$\{(\w+)FunctionArn\}", state["Arguments"].get("FunctionName", ""))
    return re.sub(r"(?<!^)(?=[A-Z])", "_", called[1]).lower() if called else None


def messages_of(function: str) -> tuple[type[BaseModel], type[BaseModel]]:
    """Give what *function* takes, and what it gives back."""
    handler = inspect.unwrap(importlib.import_module(f"functions.{function}.app").lambda_handler)
    hints: dict[str, type[BaseModel]] = get_type_hints(handler)
    return hints[next(iter(inspect.signature(handler).parameters))], hints["return"]


def result_of(state: Json, function: str) -> type[BaseModel]:
    """Give what arrives as the result of *state*."""
    if not state["Resource"].endswith(".waitForTaskToken"):
        return messages_of(function)[1]
    return TOKEN_ANSWERS[function]


def strings(value: Json) -> Iterator[str]:
    """Give every string in *value*, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def expressions(value: Json) -> list[str]:
    """Give every JSONata expression in *value*."""
    return [text[2:-2] for text in strings(value) if text.startswith("{%")]
