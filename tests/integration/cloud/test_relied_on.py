"""What MiniStack does right and the application relies on."""

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.cloud.account import Account, Json, allow, until


def table(account: Account) -> Any:
    client = account.client("dynamodb")
    name = f"table-{uuid.uuid4().hex[:8]}"
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    return client, name


def service_policy(service: str, action: str, resource: str) -> str:
    statement = allow(action, resource=resource) | {"Principal": {"Service": service}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_what_is_taken_out_of_a_table_is_taken_once(repaired: Account) -> None:
    client, name = table(repaired)
    client.put_item(TableName=name, Item={"pk": {"S": "job"}, "token": {"S": "T"}})
    take = {
        "TableName": name,
        "Key": {"pk": {"S": "job"}},
        "ConditionExpression": "attribute_exists(pk)",
        "ReturnValues": "ALL_OLD",
    }

    assert client.delete_item(**take)["Attributes"]["token"] == {"S": "T"}
    with pytest.raises(ClientError, match="ConditionalCheckFailedException"):
        client.delete_item(**take)


def test_parameters_are_found_by_path(repaired: Account) -> None:
    ssm = repaired.client("ssm")
    for name in ("/stack/algorithms/a/manifest", "/stack/algorithms/b/manifest", "/stack2/c"):
        ssm.put_parameter(Name=name, Value="{}", Type="String")

    found = ssm.get_parameters_by_path(Path="/stack/algorithms", Recursive=True)["Parameters"]

    assert {parameter["Name"].split("/")[3] for parameter in found} == {"a", "b"}


def test_an_event_on_an_own_bus_is_told_in_words_by_sns(repaired: Account) -> None:
    bus = f"bus-{uuid.uuid4().hex[:8]}"
    repaired.events.create_event_bus(Name=bus)
    sns, queue = repaired.client("sns"), repaired.queue()
    topic = sns.create_topic(Name=bus)["TopicArn"]
    policy = service_policy("events.amazonaws.com", "sns:Publish", topic)
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    policy = service_policy("sns.amazonaws.com", "sqs:SendMessage", repaired.queue_arn(queue))
    repaired.sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=repaired.queue_arn(queue))
    rule = repaired.rule_to(topic, {"detail-type": [{"prefix": "Run "}]}, bus)
    words = {
        "InputPathsMap": {"model": "$.detail.data.model", "what": "$.detail-type"},
        "InputTemplate": '"<what> for <model>"',
    }
    target = {"Id": "it", "Arn": topic, "InputTransformer": words}
    repaired.events.put_targets(Rule=rule, EventBusName=bus, Targets=[target])

    detail = json.dumps({"data": {"model": "churn"}})
    common = {"Source": "trainwright", "Detail": detail, "EventBusName": bus}
    for kind in ("Model Registered", "Run Succeeded"):
        repaired.events.put_events(Entries=[common | {"DetailType": kind}])

    message = repaired.receive(queue)
    assert message is not None
    assert message["Message"] == '"Run Succeeded for churn"'


def test_a_retrier_matches_the_class_of_an_exception(repaired: Account) -> None:
    client, name = table(repaired)
    source = f"""
        import boto3

        class NotReadyError(Exception):
            pass

        def handler(event, context):
            attempts = boto3.resource("dynamodb").Table("{name}").update_item(
                Key={{"pk": "attempts"}},
                UpdateExpression="ADD made :one",
                ExpressionAttributeValues={{":one": 1}},
                ReturnValues="UPDATED_NEW",
            )["Attributes"]["made"]
            if attempts < 3:
                raise NotReadyError(str(attempts))
            return int(attempts)
    """
    again = {"IntervalSeconds": 1, "BackoffRate": 1, "MaxAttempts": 5}
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": repaired.function(source, allow("dynamodb:UpdateItem"))},
        "Output": "{% $states.result.Payload %}",
        "Retry": [{"ErrorEquals": ["NotReadyError"]} | again],
        "End": True,
    }

    assert repaired.run({"StartAt": "Try", "States": {"Try": task}})["output"] == "3"
    assert client.get_item(TableName=name, Key={"pk": {"S": "attempts"}})["Item"]["made"] == {
        "N": "3"
    }


def test_an_execution_is_told_of_from_start_to_end(repaired: Account) -> None:
    queue = repaired.queue()
    done = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    machine = repaired.machine(done)
    pattern = {"source": ["aws.states"], "detail": {"stateMachineArn": [machine]}}
    repaired.rule_to(repaired.queue_arn(queue), pattern)

    ended = repaired.end_of(repaired.start(machine, {"given": 1}))

    told = [
        event["detail"] for event in (repaired.receive(queue), repaired.receive(queue)) if event
    ]
    assert {detail["status"] for detail in told} == {"RUNNING", "SUCCEEDED"}
    assert all(detail["executionArn"] == ended["executionArn"] for detail in told)
    assert all(json.loads(detail["input"]) == {"given": 1} for detail in told)


def test_a_name_starts_one_execution(repaired: Account) -> None:
    machine = repaired.machine({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
    once = {"stateMachineArn": machine, "name": "from-an-event"}
    repaired.states.start_execution(**once, input="{}")

    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        repaired.states.start_execution(**once, input='{"other": 1}')


def test_a_template_may_leave_things_out(repaired: Account) -> None:
    def deploy(email: str) -> tuple[Json, list[str]]:
        topic: Json = {"Type": "AWS::SNS::Topic"}
        mail = {"TopicArn": {"Ref": "Topic"}, "Protocol": "email", "Endpoint": email or "unused"}
        nothing = {"Fn::If": ["HasEmail", "told", {"Ref": "AWS::NoValue"}]}
        template = {
            "Conditions": {"HasEmail": {"Fn::Not": [{"Fn::Equals": [email, ""]}]}},
            "Resources": {
                "Topic": topic | {"Properties": {"DisplayName": nothing}},
                "Mail": {
                    "Type": "AWS::SNS::Subscription",
                    "Condition": "HasEmail",
                    "Properties": mail,
                },
            },
            "Outputs": {"Topic": {"Value": {"Ref": "Topic"}}},
        }
        arn = repaired.deploy(template)["Topic"]
        sns = repaired.client("sns")
        found = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
        attributes = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
        return attributes, [subscription["Endpoint"] for subscription in found]

    attributes, told = deploy("me@example.com")
    assert told == ["me@example.com"]
    assert attributes["DisplayName"] == "told"
    attributes, told = deploy("")
    assert told == []
    assert attributes["DisplayName"] != "told"


def test_a_boundary_limits_a_role(repaired: Account) -> None:
    iam = repaired.client("iam")
    only_s3 = {"Version": "2012-10-17", "Statement": [allow("s3:*")]}
    boundary = iam.create_policy(PolicyName="boundary", PolicyDocument=json.dumps(only_s3))
    role = repaired.role(allow("*"))
    iam.put_role_permissions_boundary(
        RoleName=role.rpartition("/")[2], PermissionsBoundary=boundary["Policy"]["Arn"]
    )

    assert until(lambda: "Buckets" in repaired.client("s3", role).list_buckets())
    with pytest.raises(ClientError, match="AccessDenied"):
        repaired.client("sqs", role).list_queues()
    with pytest.raises(ClientError, match="AccessDenied"):
        repaired.client("sagemaker", role).list_models()
