"""`endpoints`, `invoke` and `delete`: what a run leaves behind."""

import io
import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.response import StreamingBody

from tests.unit.cli.conftest import CONFIG, ENDPOINT, RUN, Run
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.commands import delete


class MemoryRuntime:
    """An endpoint that answers with what it was asked, and how."""

    class exceptions:  # noqa: N801 - as boto3 has it
        class ModelError(ClientError):
            """The model refused."""

    def invoke_endpoint(self, **asked: Any) -> dict[str, Any]:
        if asked["EndpointName"] != ENDPOINT:
            missing: Any = {"Error": {"Code": "ValidationError", "Message": "Not found."}}
            raise ClientError(missing, "InvokeEndpoint")
        if asked["Body"] == b"bad":
            answer: Any = {
                "Error": {"Code": "ModelError", "Message": "..."},
                "OriginalStatusCode": 400,
                "OriginalMessage": "one value, not 30\nTraceback ...",
            }
            raise self.exceptions.ModelError(answer, "InvokeEndpoint")
        body = json.dumps([asked["Body"].decode(), asked["ContentType"], asked["Accept"]]).encode()
        return {
            "Body": StreamingBody(io.BytesIO(body), len(body)),
            "ContentType": "application/json",
            "InvokedProductionVariant": "AllTraffic",
        }


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cloud, "runtime", MemoryRuntime())


@pytest.mark.usefixtures("endpoint")
def test_only_the_stacks_own_endpoints_are_listed(run: Run) -> None:
    [row] = run("endpoints", "--json").json

    del row["created"]
    assert row == {
        "endpoint": ENDPOINT,
        "status": "InService",
        "model": "churn",
        "run": RUN,
        "algorithm": "boosting",
        "instance": "2 x ml.m5.large",
        "config": CONFIG,
        "reason": "",
    }


@pytest.mark.usefixtures("endpoint")
def test_an_endpoint_is_a_row(run: Run) -> None:
    head, row = run("endpoints").out.splitlines()

    assert head.split() == ["model", "status", "run", "instance", "config", "created"]
    assert row.split()[:3] == ["churn", "InService", RUN]


@pytest.mark.usefixtures("stack")
def test_no_endpoint_is_no_error(run: Run) -> None:
    assert run("endpoints").code == 0
    assert run("endpoints", "--json").json == []


@pytest.mark.usefixtures("endpoint")
def test_an_endpoint_whose_configuration_is_gone_is_still_listed(run: Run) -> None:
    boto3.client("sagemaker").delete_endpoint_config(EndpointConfigName=CONFIG)

    assert run("endpoints", "--json").json[0]["instance"] == ""


@pytest.mark.usefixtures("aws", "runtime")
@pytest.mark.parametrize(
    ("body", "sent", "content_type"),
    [
        ("1,2", "1,2", "text/csv"),
        ('{"a": 1}', '{"a": 1}', "application/json"),
        ("rows.csv", "3,4\n", "text/csv"),
        ("rows.json", "[5]", "application/json"),
    ],
)
def test_a_body_is_a_text_or_a_file(
    run: Run, tmp_path: Path, body: str, sent: str, content_type: str
) -> None:
    (tmp_path / "rows.csv").write_text("3,4\n")
    (tmp_path / "rows.json").write_text("[5]")

    ended = run("invoke", "churn", "--body", body)

    assert ended.json == [sent, content_type, "application/json"]


@pytest.mark.usefixtures("aws", "runtime")
def test_a_body_can_be_piped_in(run: Run) -> None:
    words = ("invoke", "churn", "--content-type", "text/plain", "--accept", "text/csv")

    assert run(*words, given=b"7,8").json == ["7,8", "text/plain", "text/csv"]


@pytest.mark.usefixtures("aws", "runtime")
def test_the_answer_as_json_tells_how_it_came(run: Run) -> None:
    told = run("invoke", "churn", "--body", "1", "--json").json

    assert told.pop("seconds") >= 0
    assert told == {
        "endpoint": ENDPOINT,
        "variant": "AllTraffic",
        "content_type": "application/json",
        "body": ["1", "text/csv", "application/json"],
    }


@pytest.mark.usefixtures("aws", "runtime")
@pytest.mark.parametrize(
    ("model", "body", "said"),
    [
        ("churn", "bad", "error: the model answered 400: one value, not 30\n"),
        ("typo", "1", "error: Not found: see `trainwright endpoints`\n"),
    ],
)
def test_an_answer_that_is_none_is_a_line(run: Run, model: str, body: str, said: str) -> None:
    ended = run("invoke", model, "--body", body)

    assert (ended.code, ended.out, ended.err) == (1, "", said)


def test_deleting_takes_what_the_endpoint_was_made_of(run: Run, endpoint: str) -> None:
    ended = run("delete", "churn", "--yes", "--json")

    assert ended.json["deleted"] == [
        f"endpoint {endpoint}",
        f"configuration {CONFIG}",
        f"model {CONFIG}",
    ]
    sagemaker = boto3.client("sagemaker")
    assert [e["EndpointName"] for e in sagemaker.list_endpoints()["Endpoints"]] == ["trainwright-x"]
    assert [m["ModelName"] for m in sagemaker.list_models()["Models"]] == ["other"]


def test_nobody_to_ask_means_no(run: Run, endpoint: str) -> None:
    ended = run("delete", "churn")

    assert ended.code == 1
    assert "confirm with --yes" in ended.err
    assert boto3.client("sagemaker").describe_endpoint(EndpointName=endpoint)


@pytest.mark.usefixtures("endpoint")
@pytest.mark.parametrize(("answer", "left"), [("y\n", 1), ("n\n", 2)])
def test_on_a_terminal_it_asks(
    run: Run, monkeypatch: pytest.MonkeyPatch, answer: str, left: int
) -> None:
    monkeypatch.setattr(delete, "is_asking_possible", lambda: True)

    ended = run("delete", "churn", given=answer)

    assert ended.code == (0 if left == 1 else 1)
    assert len(boto3.client("sagemaker").list_endpoints()["Endpoints"]) == left


@pytest.mark.usefixtures("stack")
def test_deleting_what_is_not_there_is_a_line(run: Run) -> None:
    ended = run("delete", "churn", "--yes")

    assert ended.err == "error: no endpoint of model 'churn': see `trainwright endpoints`\n"
    assert ended.code == 1
