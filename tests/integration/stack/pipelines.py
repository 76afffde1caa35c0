"""Pipelines of tiny scripts: written, published and run as a user does."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from trainwright.logic.pipelines.running.predicting import Prediction
from trainwright.models.pipelines.progress import StepRecord
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.pipelines import loading, publishing
from trainwright_cli.pipelines.predictions import predict_with
from trainwright_cli.pipelines.records import read_run
from trainwright_cli.pipelines.stack import PipelineStack
from trainwright_cli.pipelines.watching import Ended, follow

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"

WORK = """
import os, pathlib, time
made = pathlib.Path("/opt/ml/processing/output/train")
made.mkdir(parents=True, exist_ok=True)
names = sorted(p.name for p in pathlib.Path("/opt/ml/processing/input").iterdir())
(made / "inputs.txt").write_text("\\n".join(names + [os.environ.get("ITEM", "")]))
if pathlib.Path("/opt/ml/processing/input/flag/bad").exists():
    raise SystemExit("the flag is bad")
time.sleep(float(os.environ.get("SLEEP", "0")))
"""

SECTIONS = f"""
      work: {{image_uri: {IMAGE}, entry_point: work.py, channels: train}}
      each: {{image_uri: {IMAGE}, entry_point: work.py, channels: train,
             env: {{ITEM: "{{% $item %}}"}}}}
      long: {{image_uri: {IMAGE}, entry_point: work.py, channels: train, env: {{SLEEP: "300"}}}}
      slow: {{image_uri: {IMAGE}, entry_point: work.py, channels: train, env: {{SLEEP: "5"}}}}
      train: {{image_uri: {IMAGE}, entry_point: fit.py, use_spot_instances: True,
              channels: {{train: {{dataFiles: [{{fileName: s3://SMP_S3BUCKETNAME/rows/}}]}}}},
              max_wait_seconds: 4000, checkpoint_s3_uri: s3://SMP_S3BUCKETNAME/checkpoints,
              metrics: [{{name: went_on, regex: "went_on=(.*?);"}}],
              tags: {{"local:spot-interruption": "5"}}}}
      tune: {{image_uri: {IMAGE}, entry_point: fit.py, strategy: Random, max_jobs: 3,
             channels: {{train: {{dataFiles: [{{fileName: s3://SMP_S3BUCKETNAME/rows/}}]}}}},
             max_parallel_jobs: 2, objective: {{metric: score, type: Maximize}},
             metrics: [{{name: score, regex: "score=(.*?);"}}],
             ranges: {{rate: {{type: continuous, minimum: 0.1, maximum: 0.9}}}}}}
      flagged: {{image_uri: {IMAGE}, entry_point: work.py, channels: {{train: {{dataFiles:
               [{{sourceName: flag, fileName: s3://SMP_S3BUCKETNAME/flags/}}]}}}}}}
"""


class Finished(NamedTuple):
    """A run that has ended."""

    run: str
    ended: Ended
    steps: dict[str, StepRecord]

    @property
    def statuses(self) -> dict[str, str]:
        """The status of every step."""
        return {name: step.status.value for name, step in self.steps.items()}


class Author:
    """Writes pipelines into *folder*, and runs them on *cloud*."""

    def __init__(self, folder: Path, cloud: Cloud) -> None:
        self._folder, self.cloud = folder, cloud
        self.stack = PipelineStack.of(cloud)
        (folder / "code").mkdir(exist_ok=True)
        (folder / "code" / "work.py").write_text(WORK)

    def publish(self, name: str, steps: str, more: str = "") -> None:
        """Write and publish a pipeline of the model `m`; *steps* and *more* are YAML."""
        text = (
            f"conf:\n  models:\n    m:\n      source_directory: code{SECTIONS}"
            f"  sagemakerPipeline:\n    pipelineName: {name}\n{more}"
            f"    models:\n      m:\n        steps:\n{steps}"
        )
        path = self._folder / f"{name}.yaml"
        path.write_text(text)
        self.publish_file(path, self._folder)

    def publish_file(self, path: Path, root: Path) -> str:
        """Publish the pipeline of a file; give its name."""
        account = self.stack.account(self.cloud)
        loaded = loading.load([path], root, account, None)
        publishing.publish(self.cloud, self.stack, loading.bundle(loaded, account))
        return loaded.definition.name

    def load(self, path: Path, root: Path) -> loading.Loaded:
        """Read the pipeline of a file."""
        return loading.load([path], root, self.stack.account(self.cloud), {})

    def predict(self, loaded: loading.Loaded) -> dict[str, Prediction]:
        """Say what the cache would do for a pipeline."""
        account = self.stack.account(self.cloud)
        bundled = loading.bundle(loaded, account)
        planned = loading.plan(loaded, bundled, account)
        return predict_with(self.cloud, self.stack, account, planned, bundled)

    def start(self, name: str, parameters: Mapping[str, Any] | None = None) -> str:
        """Start a run and give its id."""
        return publishing.start(self.cloud, self.stack, name, parameters or {}).run

    def run(self, name: str, parameters: Mapping[str, Any] | None = None) -> Finished:
        """Run what is published to its end."""
        return self.finish(self.start(name, parameters))

    def resume(self, run: str) -> Finished:
        """Go on with a run, to its end."""
        return self.finish(run, publishing.resume(self.cloud, self.stack, run))

    def finish(self, run: str, attempt: int = 1) -> Finished:
        """Wait for the end of a run."""
        ended = follow(self.cloud, self.stack, run, attempt)
        records = read_run(self.cloud, self.stack, run)
        steps = {step.step: step for step in records.steps} if records else {}
        return Finished(run, ended, steps)

    def attempt(self, run: str) -> int:
        """Give the attempt that a run is in."""
        records = read_run(self.cloud, self.stack, run)
        assert records is not None
        return records.run.attempt

    def status(self, run: str, step: str) -> str:
        """Give the status of one step, "" before there is any."""
        records = read_run(self.cloud, self.stack, run)
        found = {it.step: it.status.value for it in records.steps} if records else {}
        return found.get(step, "")

    def resource(self, run: str, step: str) -> str:
        """Give the ARN of what a running step waits for, "" before there is any."""
        records = read_run(self.cloud, self.stack, run)
        running = [it for it in records.steps if it.status == "Running"] if records else []
        return next((it.resource for it in running if it.step == step), "")
