"""Events: what S3 puts on the bus, what rules let through, what becomes of a failure."""

import json
import uuid

from tests.integration.cloud.account import Account, Json, until

FAILING = """
    def handler(event, context):
        raise ValueError(event["detail"]["reason"])
"""
KEY = "incoming/a b+c%2Fé/churn/_SUCCESS"


def bucket_with_events(account: Account, *, versioned: bool = True) -> str:
    name = f"data-{uuid.uuid4().hex[:8]}"
    s3 = account.client("s3")
    s3.create_bucket(Bucket=name)
    if versioned:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_notification_configuration(
        Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    return name


def uploads(account: Account, bucket: str, key: list[Json]) -> str:
    """Return a queue with the events of uploads to keys that match."""
    queue = account.queue()
    detail = {"bucket": {"name": [bucket]}, "object": {"key": key}}
    pattern = {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": detail}
    account.rule_to(account.queue_arn(queue), pattern)
    return queue


def test_an_upload_is_told_as_s3_tells_it(repaired: Account, unrepaired: Account) -> None:
    def upload(account: Account) -> tuple[Json, Json]:
        bucket = bucket_with_events(account)
        queue = uploads(account, bucket, [{"suffix": "/_SUCCESS"}])
        put = account.client("s3").put_object(Bucket=bucket, Key=KEY, Body=b"12345")
        event = account.receive(queue)
        assert event is not None
        return put, event["detail"]

    put, detail = upload(repaired)
    assert detail["reason"] == "PutObject"
    assert detail["object"]["key"] == KEY
    assert detail["object"]["size"] == 5
    assert detail["object"]["etag"] == put["ETag"].strip('"')
    assert detail["object"]["version-id"] == put["VersionId"]
    assert detail["object"]["sequencer"]
    _, stock = upload(unrepaired)
    assert "version-id" not in stock["object"]


def test_later_uploads_have_greater_sequencers(repaired: Account) -> None:
    bucket = bucket_with_events(repaired, versioned=False)
    queue = uploads(repaired, bucket, [{"wildcard": "incoming/*/_SUCCESS"}])
    s3 = repaired.client("s3")
    sequencers = []
    for _ in range(3):
        s3.put_object(Bucket=bucket, Key=KEY)
        event = repaired.receive(queue)
        assert event is not None
        assert "version-id" not in event["detail"]["object"]
        sequencers.append(event["detail"]["object"]["sequencer"])

    assert sequencers == sorted(set(sequencers))


def test_rules_filter_by_content(repaired: Account) -> None:
    bucket = bucket_with_events(repaired)
    filters = [{"suffix": "run.yaml"}, {"wildcard": "incoming/*/_SUCCESS"}]
    queue = uploads(repaired, bucket, filters)
    s3 = repaired.client("s3")
    for key in ("incoming/rows.csv", "other/_SUCCESS", "incoming/a/b/_SUCCESS", "x/run.yaml"):
        s3.put_object(Bucket=bucket, Key=key)

    events = [repaired.receive(queue), repaired.receive(queue)]

    keys = {event["detail"]["object"]["key"] for event in events if event}
    assert keys == {"incoming/a/b/_SUCCESS", "x/run.yaml"}
    assert repaired.receive(queue, seconds=0.5) is None


def test_a_failing_function_is_retried_and_its_event_kept(
    repaired: Account, unrepaired: Account
) -> None:
    def fail(account: Account) -> tuple[int, Json | None]:
        source = f"test.{uuid.uuid4().hex[:8]}"
        queue, function = account.queue(), account.function(FAILING)
        account.client("lambda").put_function_event_invoke_config(
            FunctionName=function,
            MaximumRetryAttempts=1,
            DestinationConfig={"OnFailure": {"Destination": account.queue_arn(queue)}},
        )
        account.rule_to(function, {"source": [source]})
        entry = {"Source": source, "DetailType": "Test", "Detail": json.dumps({"reason": "no"})}
        account.events.put_events(Entries=[entry])
        kept = account.receive(queue, seconds=15 if account is repaired else 3)
        return _calls(account, function), kept

    calls, kept = fail(repaired)
    assert calls == 2
    assert kept is not None
    assert kept["requestContext"]["condition"] == "RetriesExhausted"
    assert kept["requestPayload"]["detail"] == {"reason": "no"}
    assert kept["responsePayload"]["errorType"] == "ValueError"
    assert fail(unrepaired) == (1, None)


def _calls(account: Account, function: str) -> int:
    logs = account.client("logs")
    group = f"/aws/lambda/{function.rpartition(':')[2]}"
    found = until(lambda: logs.filter_log_events(logGroupName=group)["events"])
    return sum(event["message"].startswith("START") for event in found)
