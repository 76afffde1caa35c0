"""Chains of steps that do nothing: as our conf.yaml, and as a flow of Metaflow."""

from pathlib import Path

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
_HEAD = f"""\
conf:
  models:
    m:
      source_directory: code
      work:
        image_uri: {IMAGE}
        entry_point: work.py
        instance_type: ml.m5.large
        env: {{SLEEP: "{{% $string($parameters.sleep) %}}"}}
        channels: train
  sagemakerPipeline:
    pipelineName: NAME
    parameters: {{sleep: {{type: number, default: 0}}}}
    models:
      m:
        steps:
"""
_STEP = """\
          - step_name: step-{number}
            step_class: Processing
            step_type: work
"""
_AFTER = "            chain_input_source_step: step-{before}\n"
_SCRIPT = """\
import os, pathlib, time
time.sleep(float(os.environ["SLEEP"]))
made = pathlib.Path("/opt/ml/processing/output/train")
made.mkdir(parents=True, exist_ok=True)
(made / "nothing.txt").touch()
"""
_FLOW = """\
import sys
from metaflow import FlowSpec, step

sys.setrecursionlimit(100_000)


class Chain(FlowSpec):
"""
_METHOD = """\
    @step
    def {name}(self):
        {body}

"""
_MAIN = """\

if __name__ == "__main__":
    Chain()
"""


def write_pipeline(folder: Path, steps: int) -> Path:
    """Write a pipeline of so many chained processing steps; give its file."""
    folder.mkdir(parents=True)
    (folder / "code").mkdir()
    (folder / "code" / "work.py").write_text(_SCRIPT)
    text = _HEAD.replace("NAME", f"chain-{steps}")
    for number in range(steps):
        text += _STEP.format(number=number)
        text += _AFTER.format(before=number - 1) if number else ""
    path = folder / "conf.yaml"
    path.write_text(text)
    return path


def write_flow(folder: Path, steps: int) -> Path:
    """Write a flow of so many steps, the first and the last included; give its file."""
    folder.mkdir(parents=True)
    names = ["start", *(f"step_{number}" for number in range(1, steps - 1)), "end"]
    following = [*(f"self.next(self.{name})" for name in names[1:]), "pass"]
    methods = (
        _METHOD.format(name=name, body=body) for name, body in zip(names, following, strict=True)
    )
    path = folder / "chain.py"
    path.write_text(_FLOW + "".join(methods) + _MAIN)
    return path
