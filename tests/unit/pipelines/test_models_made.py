"""Steps that are done as they begin: a model is made, and registered if it is good enough."""

import pytest

from tests.unit.pipelines.begun import At
from tests.unit.pipelines.confs import SECTIONS, STEPS, a_conf
from tests.unit.pipelines.simulation import REF
from trainwright.errors import GateNotMetError
from trainwright.logic.pipelines.running.finish_step import finish_step
from trainwright.models.pipelines.events import PipelineStepStarted
from trainwright.models.pipelines.states import FinishStepRequest

MODEL = """
- {step_name: fit, step_class: Training}
- {step_name: model, step_class: CreateModel}
"""


def test_a_model_is_made_at_once_with_its_code_in_it() -> None:
    at = At("model", steps=MODEL, sections=SECTIONS.replace('"False"', "True"))

    begun = at.begin()

    target = f"s3://demo-bucket/pipelines/churn/runs/{REF.run}/fit/repacked/model.tar.gz"
    assert at.world.store.repacked == [("s3://out/fit", "s3://demo-bucket/code.tar.gz", target)]
    ((operation, name, request),) = at.world.jobs.created[1:]
    assert (begun.did, operation) == ("done", "CreateModel")
    assert at.answer == {
        "model": name,
        "arn": f"arn:aws:sagemaker:eu-west-1:123456789012:model/{name}",
        "container": request["PrimaryContainer"],
    }
    assert request["PrimaryContainer"]["ModelDataUrl"] == target


class Registering(At):
    """A run that has come to its registration, with this report of its model."""

    def __init__(self, report: str, threshold: str = "{metric: auc, minimum: 0.9}") -> None:
        place = "s3://out/judge"
        text = f"registry:\n  threshold: {threshold}\n"
        made = {"outputs": {"model_evaluation_metrics": place, "train": place}, "output": place}
        super().__init__(
            "judge",
            conf=a_conf(steps=STEPS, sections=SECTIONS.replace("registry:\n", text)),
            outcome=lambda *_: {"job": "x", "artifact": "s3://out/fit", **made},
        )
        self.world.store.objects[f"{place}/model_evaluation_metrics.json"] = report.encode()
        self.begin()
        result = FinishStepRequest(target=self.target(), result={"job": "judge", **made})
        finish_step(result, self.world.ports())
        self.step = "register"


def test_a_good_model_is_registered_with_its_report() -> None:
    at = Registering('{"evaluation": {"auc": "0.95"}}')

    begun = at.begin()

    (package,) = at.world.jobs.registered
    assert begun.did == "done"
    assert at.answer == {
        "package": "arn:aws:sagemaker:eu-west-1:123456789012:model-package/demo-churn-churn/1",
        "group": "demo-churn-churn",
    }
    quality = package["ModelMetrics"]["ModelQuality"]["Statistics"]
    assert quality["S3Uri"] == "s3://out/judge/model_evaluation_metrics.json"
    assert at.world.progress.step(REF.run, "judge").outputs["metrics"] == {"evaluation.auc": 0.95}
    started = [it for it in at.world.herald.told if isinstance(it, PipelineStepStarted)]
    assert (started[-1].step, started[-1].kind) == ("register", "RegisterModel")


def test_a_model_below_its_threshold_is_not_registered() -> None:
    at = Registering('{"auc": 0.5}')

    with pytest.raises(GateNotMetError) as raised:
        at.begin()

    assert str(raised.value) == "step 'register' registers nothing: auc is 0.5, below 0.9"
    assert at.world.jobs.registered == []
