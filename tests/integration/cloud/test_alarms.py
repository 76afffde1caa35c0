"""Alarms: which values they look at."""

import uuid

from tests.integration.cloud.account import Account


def test_an_alarm_is_of_the_metric_with_its_dimensions(
    repaired: Account, unrepaired: Account
) -> None:
    ours, stock = states(repaired), states(unrepaired)

    assert ours == {"one": "ALARM", "two": "OK", "none": "INSUFFICIENT_DATA"}
    assert stock == dict.fromkeys(ours, "ALARM")


def states(account: Account) -> dict[str, str]:
    """What becomes of alarms on one error of endpoint `one`, and on none of endpoint `two`."""
    cloudwatch, namespace = account.client("cloudwatch"), uuid.uuid4().hex
    of = {name: [{"Name": "EndpointName", "Value": name}] for name in ("one", "two")}
    for name, dimensions in {**of, "none": []}.items():
        cloudwatch.put_metric_alarm(
            AlarmName=f"{namespace}-{name}",
            Namespace=namespace,
            MetricName="Errors",
            Dimensions=dimensions,
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=0,
            ComparisonOperator="GreaterThanThreshold",
        )
    for name, value in (("one", 1), ("two", 0)):
        datum = {"MetricName": "Errors", "Dimensions": of[name], "Value": value}
        cloudwatch.put_metric_data(Namespace=namespace, MetricData=[datum])
    alarms = cloudwatch.describe_alarms(AlarmNamePrefix=namespace)["MetricAlarms"]
    return {alarm["AlarmName"].rpartition("-")[2]: alarm["StateValue"] for alarm in alarms}
