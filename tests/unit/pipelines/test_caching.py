"""What a step is known by: all that goes into it, and nothing of whose it is and where."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.builders import an_account
from tests.unit.pipelines.confs import SECTIONS, STEPS, a_conf
from tests.unit.pipelines.memory import MemoryCache, MemoryModels, MemoryStore, TagDigests
from tests.unit.pipelines.plans import steps_of
from trainwright.logic.pipelines.running.caching import Memory, cache_key_of
from trainwright.logic.pipelines.running.filled import fill_in
from trainwright.models.account import Account

TUNING = SECTIONS.replace("train:\n  image", "tune:\n  image", 1).replace(
    "entry_point: train/fit.py",
    """entry_point: train/fit.py
  metrics: [{name: score, regex: "score=(.*)"}]
  objective: {metric: score, type: Maximize}
  ranges: {rate: {type: continuous, minimum: 0, maximum: 1}}""",
)
MADE: Mapping[str, Any] = {
    "prepare": {"outputs": {"train": "s3://made/prepare/train"}},
    "fit": {"model_data": "s3://made/fit/model.tar.gz"},
    "model": {
        "model": "demo-model-1",
        "container": {
            "Image": "images/serve:1",
            "ModelDataUrl": "s3://made/model.tar.gz",
            "Environment": {"THRESHOLD": "0.5"},
        },
    },
    "predict": {"output": "s3://made/predictions"},
    "judge": {"outputs": {"model_evaluation_metrics": "s3://made/report"}},
}


class Keys:
    """Makes keys of the steps of a file, over objects that can be changed."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.made: dict[str, Any] = dict(MADE)

    def of(
        self, step: str, conf: str = "", account: Account | None = None, **parameters: Any
    ) -> str:
        planned = steps_of(conf or a_conf(), account=account)[step]
        asked = fill_in(planned, {"steps": self.made, "parameters": parameters})
        return cache_key_of(asked, Memory(self.store, MemoryCache(), TagDigests(), MemoryModels()))[
            0
        ]


@pytest.mark.parametrize(
    ("step", "uri"),
    [
        ("prepare", "s3://shop/code/code/sourcedir.tar.gz"),
        ("fit", "s3://shop/churn/train/a.csv"),
        ("fit", "s3://shop/churn/test/a.csv"),
        ("fit", "s3://made/prepare/train/a.csv"),
        ("fit", "s3://shop/code/code/train/sourcedir.tar.gz"),
        ("predict", "s3://shop/churn/test/x.csv"),
        ("predict", "s3://made/model.tar.gz"),
        ("judge", "s3://made/predictions/x.csv.out"),
        ("model", "s3://made/fit/model.tar.gz"),
    ],
)
def test_what_a_step_reads_changes_its_key(step: str, uri: str) -> None:
    keys = Keys()
    before = keys.of(step)

    keys.store.objects[uri] = b"other"

    assert keys.of(step) != before


@pytest.mark.parametrize("changed", [{"Image": "images/serve:2"}, {"Environment": {}}])
def test_another_model_under_the_same_name_changes_the_key_of_what_it_predicts(
    changed: dict[str, Any],
) -> None:
    keys = Keys()
    before = keys.of("predict")

    container = keys.made["model"]["container"] | changed
    keys.made["model"] = keys.made["model"] | {"container": container}

    assert keys.of("predict") != before


def test_another_name_of_the_same_model_changes_nothing() -> None:
    keys = Keys()
    before = keys.of("predict")

    keys.made["model"] = keys.made["model"] | {"model": "demo-model-2"}

    assert keys.of("predict") == before


def test_the_data_of_a_tuning_changes_its_key() -> None:
    keys = Keys()
    conf = a_conf(sections=TUNING, steps="- {step_name: fit, step_class: Tuning}")
    before = keys.of("fit", conf)

    keys.store.objects["s3://shop/churn/train/a.csv"] = b"other"

    assert keys.of("fit", conf) != before


@pytest.mark.parametrize("sections", [SECTIONS, TUNING])
def test_whose_a_step_is_and_where_it_writes_changes_nothing(sections: str) -> None:
    kind = "Tuning" if sections is TUNING else "Training"
    conf = a_conf(sections=sections, steps=f"- {{step_name: fit, step_class: {kind}}}")
    other = conf.replace(
        "entry_point: train/fit.py", "tags: {of: ada}\n        entry_point: train/fit.py"
    )
    theirs = an_account(role="arn:aws:iam::123456789012:role/other", bucket="other")

    assert Keys().of("fit", conf) == Keys().of("fit", other, theirs)


@pytest.mark.parametrize("name", ["ModelName", "S3Uri", "Tags", "KmsKeyId"])
def test_what_a_user_calls_as_sagemaker_calls_places_counts(name: str) -> None:
    def conf(value: str) -> str:
        entry = "entry_point: train/fit.py"
        return a_conf(
            sections=SECTIONS.replace(entry, f"{entry}\n  hyperparams: {{{name}: {value}}}")
        )

    assert Keys().of("fit", conf("a")) != Keys().of("fit", conf("b"))


def test_the_list_of_several_files_counts_by_what_is_in_it() -> None:
    two = "{fileName: s3://shop/one}, {fileName: s3://shop/two}"
    conf = a_conf(sections=SECTIONS.replace("{fileName: s3://SMP_S3BUCKETNAME/churn/train}", two))
    keys = Keys()
    before = keys.of("fit", conf)

    manifest = steps_of(conf)["fit"].gathered[0].manifest
    keys.store.objects[manifest] = b"written for the first try"
    assert keys.of("fit", conf) == before
    keys.store.objects["s3://shop/two/x"] = b"new"
    assert keys.of("fit", conf) != before


def test_a_model_that_is_packed_anew_is_known_by_what_it_is_packed_from() -> None:
    conf = a_conf(sections=SECTIONS.replace('"False"', '"True"'), steps=STEPS)
    keys = Keys()
    before = keys.of("model", conf)
    repack = steps_of(conf)["model"].repack
    assert repack is not None

    keys.store.objects[repack.target] = b"packed by the first try"
    assert keys.of("model", conf) == before
    keys.store.objects["s3://made/fit/model.tar.gz"] = b"trained anew"
    assert keys.of("model", conf) != before


def test_the_same_code_of_another_pipeline_is_the_same() -> None:
    ours, theirs = Keys(), Keys()
    ours.store.objects["s3://shop/code/code/train/sourcedir.tar.gz"] = b"code"
    theirs.store.objects["s3://shop/code/other/train/sourcedir.tar.gz"] = b"code"
    other = a_conf().replace("source_directory: code", "source_directory: other")

    assert ours.of("fit") == theirs.of("fit", other)
