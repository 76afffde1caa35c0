"""Metrics of invocations in the CloudWatch of a real cloud, and what follows from them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.local.serving.live import LiveCloud, until

MODEL = """
    import os
    def model_fn(model_dir): return os.environ.get("KIND", "good")
    def transform_fn(model, data, content_type, accept):
        if model == "bad" or data == b"fail":
            raise ValueError("no")
        return "1", accept
"""


def total(live: LiveCloud, metric: str, endpoint: str, statistic: str = "Sum") -> float:
    now = datetime.now(UTC)
    answer = live.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SageMaker",
        MetricName=metric,
        Dimensions=[
            {"Name": "EndpointName", "Value": endpoint},
            {"Name": "VariantName", "Value": endpoint},
        ],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(minutes=1),
        Period=3600,
        Statistics=[statistic],
    )
    return float(sum(point[statistic] for point in answer["Datapoints"]))


def test_invocations_are_counted_whichever_way_they_go(live: LiveCloud) -> None:
    live.make_model("metered", MODEL)
    live.serve("metered")

    for _ in range(3):
        live.runtime.invoke_endpoint(EndpointName="metered", Body=b"1")
    live.runtime.invoke_endpoint(EndpointName="metered", Body=b"1" * 200_000)
    with pytest.raises(ClientError):
        live.runtime.invoke_endpoint(EndpointName="metered", Body=b"fail")
    with pytest.raises(ClientError):
        live.runtime.invoke_endpoint(EndpointName="metered", Body=b"1", TargetVariant="none")

    until(lambda: total(live, "Invocations", "metered") == 5)
    assert total(live, "Invocation5XXErrors", "metered") == 1
    assert total(live, "Invocation4XXErrors", "metered") == 0
    assert total(live, "InvocationsPerInstance", "metered") == 5
    assert total(live, "ModelLatency", "metered", "SampleCount") == 5
    assert 0 < total(live, "OverheadLatency", "metered", "Maximum") < 1e6


def test_errors_of_a_new_model_roll_its_deployment_back(live: LiveCloud) -> None:
    live.make_model("steady", MODEL)
    live.make_model("broken", MODEL, KIND="bad")
    live.serve("steady")
    variant = {"VariantName": "steady", "ModelName": "broken", "InstanceType": "ml.m5.large"}
    live.sagemaker.create_endpoint_config(
        EndpointConfigName="broken", ProductionVariants=[variant | {"InitialInstanceCount": 1}]
    )
    live.client("cloudwatch").put_metric_alarm(
        AlarmName="steady-fails",
        Namespace="AWS/SageMaker",
        MetricName="Invocation5XXErrors",
        Dimensions=[
            {"Name": "EndpointName", "Value": "steady"},
            {"Name": "VariantName", "Value": "steady"},
        ],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
    )

    live.sagemaker.update_endpoint(
        EndpointName="steady",
        EndpointConfigName="broken",
        DeploymentConfig={
            "BlueGreenUpdatePolicy": {
                "TrafficRoutingConfiguration": {
                    "Type": "ALL_AT_ONCE",
                    "WaitIntervalInSeconds": 600,
                },
                "TerminationWaitInSeconds": 600,
            },
            "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "steady-fails"}]},
        },
    )
    until(lambda: outcome(live) == "ModelError")

    described: dict[str, Any] = live.settled("steady")
    assert (described["EndpointStatus"], described["EndpointConfigName"]) == (
        "InService",
        "steady",
    )
    assert "steady-fails are in the state ALARM" in described["FailureReason"]
    assert outcome(live) == "1"


def outcome(live: LiveCloud) -> str:
    try:
        answer = live.runtime.invoke_endpoint(EndpointName="steady", Body=b"1")
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return str(answer["Body"].read().decode())
