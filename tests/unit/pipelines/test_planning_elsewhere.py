"""Files from elsewhere, planned unchanged: where their scripts find and leave their files."""

from pathlib import Path

import pytest

from tests.unit.pipelines.plans import channels_of, inputs_of, outputs_of, steps_of

CASES = Path(__file__).parents[4] / "shared" / "cases"
CODE = "/opt/ml/processing/input/code"

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the cases lie beside the project")


def test_a_model_without_processing_reads_and_writes_in_the_bucket_of_its_file() -> None:
    steps = steps_of(*((CASES / name).read_text() for name in ("framework.yaml", "lgbm/conf.yaml")))

    assert channels_of(steps["lgbm-Training"]) == {
        "train": "s3://shop/lightGBM/train",
        "test": "s3://shop/lightGBM/test",
    }
    transform = steps["lgbm-Transform"].request
    place = transform["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"]
    assert place == "s3://shop/lightGBM/test/x_test.npy"
    assert transform["TransformOutput"]["S3OutputPath"] == "s3://shop/lgbm/predictions/transform"
    assert set(inputs_of(steps["lgbm-Metrics"])) == {
        CODE,
        "/opt/ml/processing/input/online_shoppers_intention_ytest",
        "/opt/ml/processing/input/lgbm-Transform-test",
    }
    assert outputs_of(steps["lgbm-Metrics"]) == {
        "/opt/ml/processing/output/": "s3://shop/lgbm/evaluation/"
    }


def test_a_model_of_chained_steps_reads_what_they_made() -> None:
    steps = steps_of((CASES / "tf/conf.yaml").read_text())

    made = "$steps.`calhousing-Preprocessing`.`outputs`.`train`"
    assert channels_of(steps["calhousing-Training"]) == {
        "calhousing-Preprocessing-train": f"{{% {made} %}}"
    }
    source = steps["calhousing-Transform"].request["TransformInput"]["DataSource"]
    assert source["S3DataSource"]["S3Uri"] == f"{{% {made} & '/test/x_test.csv' %}}"
    assert set(inputs_of(steps["calhousing-Metrics"])) == {
        CODE,
        "/opt/ml/processing/input/calhousing-Preprocessing-train",
        "/opt/ml/processing/input/calhousing-Transform-train",
    }
