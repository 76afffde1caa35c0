"""The chains that pipelines are measured with are what they are said to be."""

import ast
from pathlib import Path

from benchmarks.pipelines.chains import write_flow, write_pipeline
from trainwright_cli.offline import placeholder_account
from trainwright_cli.pipelines import loading


def test_each_step_of_our_chain_reads_what_the_one_before_wrote(tmp_path: Path) -> None:
    path = write_pipeline(tmp_path / "chain", 3)
    account = placeholder_account("bench", "us-east-1")

    loaded = loading.load([path], path.parent, account, {})

    steps = loading.plan(loaded, loading.bundle(loaded, account), account).steps
    assert [(step.name, step.data_from) for step in steps] == [
        ("step-0", ()),
        ("step-1", ("step-0",)),
        ("step-2", ("step-1",)),
    ]


def test_a_flow_has_as_many_steps_each_naming_the_next(tmp_path: Path) -> None:
    path = write_flow(tmp_path / "flow", 4)

    (flow,) = (it for it in ast.parse(path.read_text()).body if isinstance(it, ast.ClassDef))
    methods = [it for it in flow.body if isinstance(it, ast.FunctionDef)]
    assert [method.name for method in methods] == ["start", "step_1", "step_2", "end"]
    assert [ast.unparse(method.body[0]) for method in methods] == [
        "self.next(self.step_1)",
        "self.next(self.step_2)",
        "self.next(self.end)",
        "pass",
    ]
