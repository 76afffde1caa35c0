"""What the settings of a section do to the request of its job, and what the job may cost."""

import pytest

from tests.unit.pipelines.confs import SECTIONS, STEPS, a_conf, problems
from tests.unit.pipelines.plans import RUN, inputs_of, outputs_of, steps_of
from trainwright.logic.pipelines.planning.cost import estimate, prices
from trainwright.models.pipelines.plan import Estimate, PlannedStep

TUNE = """
tune:
  image_uri: images/train:1
  entry_point: fit.py
  channels: {train: {dataFiles: [{fileName: s3://shop/train}]}}
  objective: {metric: loss, type: Minimize}
  metrics: [{name: loss, regex: "loss=(.*)"}]
  instance_type: ml.m5.large
  max_runtime_seconds: 3600
"""


def changed(entry_point: str, *settings: str) -> str:
    """Write a file with *settings* beside an *entry_point*."""
    lines = "".join(f"\n  {setting}" for setting in settings)
    return a_conf(sections=SECTIONS.replace(entry_point, f"{entry_point}{lines}"))


def a_tuning(*settings: str) -> str:
    lines = "".join(f"  {setting}\n" for setting in settings)
    return a_conf(sections=SECTIONS + TUNE + lines, steps="- {step_name: tune, step_class: Tuning}")


def tuned(*settings: str) -> PlannedStep:
    return steps_of(a_tuning(*settings))["tune"]


def test_a_training_says_what_to_find_in_its_log_and_what_to_begin_with() -> None:
    conf = changed(
        "train/fit.py",
        "metrics: [{name: loss, regex: 'loss=(.*)'}]",
        "model_data_uri: s3://shop/older/model.tar.gz",
        "content_type: text/csv",
        "input_mode: FastFile",
        "distribution: ShardedByS3Key",
        "output_path: s3://shop/models",
        "base_job_name: churner",
    )
    conf = conf.replace(
        "{fileName: s3://SMP_S3BUCKETNAME/churn/test}]", "{fileName: s3://a/t}], content_type: x/y"
    )

    request = steps_of(conf)["fit"].request

    assert request["AlgorithmSpecification"] == {
        "TrainingImage": "123456789012.dkr.ecr.eu-west-1.example/train:1",
        "TrainingInputMode": "FastFile",
        "MetricDefinitions": [{"Name": "loss", "Regex": "loss=(.*)"}],
    }
    channels = {it["ChannelName"]: it for it in request["InputDataConfig"]}
    assert list(channels) == ["train", "test", "prepare-train", "model"]
    assert {name: it["ContentType"] for name, it in channels.items()} == {
        "train": "text/csv",
        "test": "x/y",
        "prepare-train": "text/csv",
        "model": "text/csv",
    }
    assert channels["model"]["DataSource"]["S3DataSource"] == {
        "S3DataType": "S3Prefix",
        "S3Uri": "s3://shop/older/model.tar.gz",
        "S3DataDistributionType": "ShardedByS3Key",
    }
    assert request["OutputDataConfig"] == {"S3OutputPath": "s3://shop/models"}
    assert {"Key": "trainwright:base-job-name", "Value": "churner"} in request["Tags"]


def test_a_processing_job_reads_below_the_bucket_and_the_prefix_of_its_channel() -> None:
    channel = "{s3Bucket: shop, s3InputPrefix: /raw/, dataFiles: [{fileName: rows.csv}]}"
    script = "prepare/clean.py\n  channels: "
    conf = a_conf(sections=SECTIONS.replace(f"{script}train", f"{script}{{train: {channel}}}"))

    prepare = steps_of(conf)["prepare"]

    assert inputs_of(prepare)["/opt/ml/processing/input/train"] == "s3://shop/raw/rows.csv"


@pytest.mark.parametrize(
    ("channel", "place"),
    [
        ("{}", f"s3://demo-bucket/pipelines/churn/runs/{RUN}/judge/evaluation"),
        ("{s3BucketName: mine}", "s3://mine/churn/evaluation/"),
        ("{s3BucketName: mine, bucket_prefix: /a/b/}", "s3://mine/a/b/churn/evaluation/"),
    ],
)
def test_a_report_goes_where_its_channel_says(channel: str, place: str) -> None:
    conf = a_conf(
        sections=SECTIONS.replace(
            "evaluate.py\n  channels: train", f"evaluate.py\n  channels: {{train: {channel}}}"
        )
    )

    assert outputs_of(steps_of(conf)["judge"]) == {"/opt/ml/processing/output/": place}


def test_a_tuning_waits_for_as_many_jobs_as_run_one_after_the_other() -> None:
    ranges = "ranges: {rate: {type: continuous, minimum: 0, maximum: 1}}"

    tune = tuned(ranges, "max_jobs: 5", "max_parallel_jobs: 2", "random_seed: 7")

    assert tune.wait_seconds == 3 * (3600 + 7200)
    config = tune.request["HyperParameterTuningJobConfig"]
    assert config["RandomSeed"] == 7
    limits = {"MaxParallelTrainingJobs": 2, "MaxNumberOfTrainingJobs": 5}
    assert config["ResourceLimits"] == limits
    assert tune.estimate.seconds == 5 * 3600
    assert tune.estimate.dollars == pytest.approx(5 * hourly(), abs=0.01)


def test_a_grid_has_a_job_for_each_of_its_points() -> None:
    ranges = "a: {type: categorical, values: [1, 2]}, b: {type: categorical, values: [x, y, z]}"

    tune = tuned(f"ranges: {{{ranges}}}", "strategy: Grid", "max_parallel_jobs: 3")

    limits = tune.request["HyperParameterTuningJobConfig"]["ResourceLimits"]
    assert limits == {"MaxParallelTrainingJobs": 3}
    assert tune.wait_seconds == 2 * (3600 + 7200)
    assert tune.estimate.dollars == pytest.approx(6 * hourly(), abs=0.01)


def test_how_many_jobs_a_tuning_has_may_be_known_later() -> None:
    ranges = "ranges: {rate: {type: continuous, minimum: 0, maximum: 1}}"

    tune = tuned(ranges, "max_jobs: '{% $run.attempt %}'")

    assert tune.wait_seconds == 3600 + 7200
    assert tune.estimate.dollars is None


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        (
            "{a: {type: continuous, minimum: 1}}",
            ".a: a range of type continuous has a minimum and a maximum, no 'values'",
        ),
        (
            "{a: {type: integer, minimum: 3, maximum: 2}}",
            ".a: minimum 3 is above maximum 2",
        ),
        (
            "{a: {type: categorical, values: [x], minimum: 1}}",
            ".a: a categorical range has 'values', and no minimum or maximum",
        ),
        (
            "{a: {type: categorical}}",
            ".a: a categorical range has 'values', and no minimum or maximum",
        ),
        (
            "{a: {type: categorical, values: [[]]}}",
            ".a.values[0]: must be a text or a number",
        ),
        ("{}", ": must not be empty"),
    ],
)
def test_what_is_no_range_is_found(ranges: str, expected: str) -> None:
    (found,) = problems(a_tuning(f"ranges: {ranges}"))

    assert found.endswith(f": conf.models.churn.tune.ranges{expected}")


def test_a_grid_takes_values_only() -> None:
    ranges = "ranges: {rate: {type: continuous, minimum: 0, maximum: 1}}"

    (found,) = problems(a_tuning(ranges, "strategy: Grid"))

    assert found.endswith("tune: strategy Grid takes categorical ranges; 'rate' is another")


def test_nobody_waits_for_less_than_a_job_may_run() -> None:
    (found,) = problems(changed("train/fit.py", "max_wait_seconds: 2999"))

    assert found.endswith(".train: max_wait_seconds 2999 is below max_runtime_seconds 3000")


def test_a_step_may_cost_as_much_as_its_time_limit_allows() -> None:
    steps = steps_of(a_conf(steps=STEPS))

    large = prices().hourly["ml.m5.2xlarge"]
    assert steps["prepare"].estimate == Estimate(
        seconds=3000, dollars=round(large * 3000 / 3600, 2)
    )
    assert steps["predict"].estimate == Estimate(seconds=3600, dollars=round(large, 2))
    assert steps["register"].estimate == Estimate(seconds=0, dollars=0)


@pytest.mark.parametrize(
    "setting", ["instance_type: ml.p99.large", "instance_count: '{% $run.attempt %}'"]
)
def test_without_a_price_or_a_number_the_sum_is_unknown(setting: str) -> None:
    steps = steps_of(changed("train/fit.py", setting))

    assert steps["fit"].estimate.dollars is None
    assert steps["prepare"].estimate.dollars is not None


def test_the_prices_say_of_when_and_where_they_are() -> None:
    assert prices().date.startswith("20")
    assert prices().region == "us-east-1"
    assert all(price > 0 for price in prices().hourly.values())
    assert estimate("CreateModel", {}) == Estimate(seconds=0, dollars=0)


def hourly() -> float:
    return prices().hourly["ml.m5.large"]
