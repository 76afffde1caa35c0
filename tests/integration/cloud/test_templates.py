"""What CloudFormation makes of a template."""

from tests.integration.cloud.account import Account, Json

YAML_DEFINITION = """
# A comment, which JSON could not have.
QueryLanguage: JSONata
StartAt: Greet
States:
  Greet:
    Type: Pass
    Output: ${Greeting}
    End: true
"""


def machine_from_s3(account: Account) -> Json:
    s3 = account.client("s3")
    s3.create_bucket(Bucket="definitions")
    s3.put_object(Bucket="definitions", Key="greet.asl.yaml", Body=YAML_DEFINITION.encode())
    role = account.role(trusts="states.amazonaws.com")
    properties = {
        "DefinitionS3Location": {"Bucket": "definitions", "Key": "greet.asl.yaml"},
        "DefinitionSubstitutions": {"Greeting": "hello"},
        "RoleArn": role,
    }
    return {
        "Resources": {
            "Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
        },
        "Outputs": {"Arn": {"Value": {"Ref": "Machine"}}},
    }


def test_a_definition_may_be_yaml(repaired: Account, unrepaired: Account) -> None:
    def run(account: Account) -> Json:
        machine = account.deploy(machine_from_s3(account))["Arn"]
        return account.end_of(account.start(machine))

    assert run(repaired)["output"] == '"hello"'
    assert run(unrepaired)["error"] == "InvalidDefinition"


def test_a_tables_settings_are_applied(repaired: Account, unrepaired: Account) -> None:
    def settings(account: Account) -> tuple[str, str]:
        table = {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
                "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
            },
        }
        outputs = {"Name": {"Value": {"Ref": "Table"}}}
        name = account.deploy({"Resources": {"Table": table}, "Outputs": outputs})["Name"]
        client = account.client("dynamodb")
        lifetime = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        backups = client.describe_continuous_backups(TableName=name)
        recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        return lifetime["TimeToLiveStatus"], recovery["PointInTimeRecoveryStatus"]

    assert settings(repaired) == ("ENABLED", "ENABLED")
    assert settings(unrepaired) == ("DISABLED", "DISABLED")
