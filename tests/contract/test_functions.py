"""A function is a folder, a logical id, a substitution and a log group, all of one name."""

import ast
import re
from typing import Any

import pytest

from tests.contract.agreement import (
    ROOT,
    function_folders,
    function_of,
    logical_id,
    machines,
    resources,
    tasks,
    template,
)
from trainwright.settings import Settings

FOLDERS = sorted(function_folders())
FUNCTIONS = resources("AWS::Serverless::Function")
MACHINES = resources("AWS::Serverless::StateMachine")
GLOBALS = template()["Globals"]["Function"]

each_function = pytest.mark.parametrize("folder", FOLDERS)
each_machine = pytest.mark.parametrize("machine", machines())


def properties(folder: str) -> dict[str, Any]:
    found: dict[str, Any] = FUNCTIONS[logical_id(folder)]["Properties"]
    return found


def test_every_folder_is_a_function_and_every_function_a_folder() -> None:
    assert {logical_id(folder) for folder in FOLDERS} == set(FUNCTIONS)


@each_function
def test_a_function_has_its_folder_its_words_and_its_log_group(folder: str) -> None:
    assert properties(folder)["CodeUri"] == f"functions/{folder}/"
    assert properties(folder)["Description"]
    assert properties(folder)["LoggingConfig"] == {
        "LogGroup": {"Ref": logical_id(folder, "LogGroup")}
    }


@each_function
def test_a_log_group_is_kept_for_as_long_as_asked(folder: str) -> None:
    group = resources("AWS::Logs::LogGroup")[logical_id(folder, "LogGroup")]["Properties"]

    assert group["LogGroupName"] == {"Fn::Sub": f"/aws/lambda/${{AWS::StackName}}/{folder}"}
    assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_every_function_of_a_state_exists() -> None:
    assert {function for *_, state in tasks() if (function := function_of(state))} <= set(FOLDERS)


@each_machine
def test_a_machine_is_its_file_and_is_given_exactly_what_it_substitutes(machine: str) -> None:
    file = f"statemachines/{machine}.asl.yaml"
    wanted = set(re.findall(r"\$\{(\w+)\}", (ROOT / file).read_text()))
    found = MACHINES[logical_id(machine, "StateMachine")]["Properties"]

    assert found["DefinitionUri"] == file
    assert set(found["DefinitionSubstitutions"]) == wanted
    for name, value in found["DefinitionSubstitutions"].items():
        if name.endswith("FunctionArn"):
            assert value == {"Fn::GetAtt": name.removesuffix("Arn") + ".Arn"}


@each_machine
def test_the_role_of_a_machine_may_invoke_its_functions_and_no_other(machine: str) -> None:
    found = MACHINES[logical_id(machine, "StateMachine")]["Properties"]
    called = {
        f"{name.removesuffix('Arn')}.Arn"
        for name in found["DefinitionSubstitutions"]
        if name.endswith("FunctionArn")
    }
    allowed = [
        resource["Fn::GetAtt"]
        for statement in found["Policies"]["Statement"]
        if statement["Action"] == "lambda:InvokeFunction"
        for resource in statement["Resource"]
    ]

    assert sorted(allowed) == sorted(called)


def test_the_settings_are_the_variables_of_the_template() -> None:
    variables = set(GLOBALS["Environment"]["Variables"])
    for function in FUNCTIONS.values():
        variables |= set(function["Properties"].get("Environment", {}).get("Variables", {}))
    ours = {name for name in variables if name.startswith("TRAINWRIGHT_")}

    assert ours == {f"TRAINWRIGHT_{name.upper()}" for name in Settings.model_fields}


def test_only_the_functions_that_have_runs_started_know_how() -> None:
    knowing = {name for name, found in FUNCTIONS.items() if "Environment" in found["Properties"]}

    assert knowing == {"StartRunFunction", "RegisterPipelineFunction"}


@each_function
def test_a_handler_is_thin(folder: str) -> None:
    path = ROOT / "functions" / folder / "app.py"
    tree = ast.parse(path.read_text())
    imported = {
        module.split(".")[0]
        for node in ast.walk(tree)
        for module in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [name.name for name in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }

    assert len(path.read_text().splitlines()) <= 40
    assert imported <= {"trainwright", "aws_lambda_powertools"}
    assert [file.name for file in path.parent.glob("*.py")] == ["app.py"]


def test_a_function_that_waits_is_outlived_by_its_state() -> None:
    for _, name, state in tasks():
        if function := function_of(state):
            timeout = properties(function).get("Timeout", GLOBALS["Timeout"])
            waits = state["TimeoutSeconds"]
            assert isinstance(waits, str) or waits > timeout, name
