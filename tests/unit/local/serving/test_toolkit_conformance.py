"""The model server answers as SageMaker's inference toolkit does, case by case."""

import json
from pathlib import Path
from types import ModuleType

import pytest

from tests.unit.local.serving.toolkit import cases, packed
from trainwright_local.sagemaker.model_server.app import respond
from trainwright_local.sagemaker.model_server.handlers import Handlers

RECORDED = json.loads(Path(__file__).with_name("toolkit.json").read_text())
CASES = cases()


def test_every_case_is_recorded() -> None:
    assert RECORDED.keys() == CASES.keys()


@pytest.mark.parametrize("name", CASES)
def test_the_answer_is_the_toolkits(name: str) -> None:
    source, body, headers = CASES[name]
    module = ModuleType("inference")
    exec(source, vars(module))

    status, answered, data = respond(Handlers(module, "/opt/ml/model"), body, headers)

    assert packed(status, answered["Content-Type"], data) == RECORDED[name]
