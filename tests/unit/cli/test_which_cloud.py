"""Which cloud a command talks to, and what it says if there is none."""

from pathlib import Path

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.unit.cli.conftest import MemoryStacks, Run
from trainwright_cli.aws_errors import explain
from trainwright_cli.cloud_access import Cloud, Target
from trainwright_cli.state_folder import state_folder
from trainwright_local.cloud import lifecycle
from trainwright_local.cloud.record import CloudInfo

LOCAL = CloudInfo(
    endpoint_url="http://127.0.0.1:4577",
    port=4577,
    region="eu-central-1",
    account="000000000000",
    access_key_id="trainwright",
    secret_access_key="secret",
    pid=1,
    started="2026-11-20T12:00:00+00:00",
    log_file="cloud.log",
)


@pytest.fixture
def local_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "status", lambda _: LOCAL)


@pytest.mark.usefixtures("local_cloud")
def test_a_local_cloud_that_is_up_is_the_one() -> None:
    cloud = Cloud.of(Target())

    assert cloud.s3.meta.endpoint_url == "http://127.0.0.1:4577"
    assert cloud.s3.meta.region_name == "eu-central-1"
    assert cloud.is_local


@pytest.mark.usefixtures("local_cloud")
def test_nothing_of_the_users_aws_configuration_reaches_the_local_cloud(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "not-there")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "real")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://elsewhere")

    cloud = Cloud.of(Target())
    credentials = cloud.session.get_credentials()

    assert credentials
    assert credentials.access_key == "trainwright"
    assert cloud.s3.meta.endpoint_url == "http://127.0.0.1:4577"


@pytest.mark.usefixtures("local_cloud", "aws")
def test_a_profile_or_an_endpoint_names_another_cloud(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    (tmp_path / "config").write_text("[profile work]\nregion = eu-west-1\n")

    work = Cloud.of(Target(profile="work"))
    other = Cloud.of(Target(endpoint_url="https://example.test", region="eu-west-1"))

    assert work.s3.meta.region_name == "eu-west-1"
    assert not work.is_local
    assert other.s3.meta.endpoint_url == "https://example.test"
    assert not other.is_local


@pytest.mark.usefixtures("aws")
def test_without_a_local_cloud_it_is_aws() -> None:
    assert Cloud.of(Target()).s3.meta.endpoint_url == "https://s3.amazonaws.com"


def test_the_options_name_the_same_cloud_again() -> None:
    assert Cloud(Target()).options == ""
    target = Target(profile="work", region="eu-west-1", stack_name="demo")
    assert Cloud(target).options == " --profile work --region eu-west-1 --stack-name demo"


def test_no_region_is_said_in_a_line(run: Run) -> None:
    ended = run("runs")

    assert ended.code == 1
    assert ended.err.startswith("error: no region: start the local cloud with `trainwright up`")
    assert ended.err.count("\n") == 1


def test_no_credentials_are_said_in_a_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = run("runs", "--region", "eu-west-1")

    assert ended.code == 1
    assert ended.err.startswith("error: no AWS credentials: start the local cloud")
    assert ended.err.count("\n") == 1


def test_a_profile_that_is_not_there_is_said_in_a_line(run: Run) -> None:
    ended = run("runs", "--profile", "typo")

    assert ended.code == 1
    assert "profile (typo) could not be found" in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.usefixtures("stacks")
def test_a_stack_that_is_not_there_is_said_in_a_line(run: Run) -> None:
    ended = run("runs", "--stack-name", "typo")

    assert ended.code == 1
    assert ended.err.startswith("error: no stack 'typo' on AWS in us-east-1: deploy it")
    assert ended.err.count("\n") == 1


def test_a_stack_of_somebody_elses_is_said_in_a_line(run: Run, stacks: MemoryStacks) -> None:
    stacks.outputs["other"] = {"TopicArn": "arn:aws:sns:us-east-1:123456789012:other"}

    ended = run("runs", "--stack-name", "other")

    assert ended.code == 1
    assert "has no output 'DataBucketName'" in ended.err
    assert ended.err.count("\n") == 1


def test_a_cloud_that_does_not_answer_is_said_in_a_line() -> None:
    error = EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

    assert str(explain(error)).endswith("is the cloud up? See `trainwright status`")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ExpiredToken", "your AWS credentials have expired"),
        ("InvalidClientTokenId", "AWS does not know your access key"),
        ("AccessDeniedException", "AWS denied DescribeStacks: not you"),
    ],
)
def test_what_aws_refuses_a_user_is_said_in_a_line(code: str, words: str) -> None:
    error = ClientError({"Error": {"Code": code, "Message": "not you"}}, "DescribeStacks")

    assert str(explain(error)).startswith(words)


def test_what_aws_finds_wrong_with_our_request_is_a_bug() -> None:
    error = ClientError({"Error": {"Code": "MalformedInput", "Message": ""}}, "DescribeStacks")

    assert explain(error) is None


def test_the_state_is_kept_in_the_checkout_or_else_at_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "checkout" / "docs"
    inside.mkdir(parents=True)
    for name in ("template.yaml", "pyproject.toml"):
        (tmp_path / "checkout" / name).touch()

    assert state_folder() == tmp_path / "state"
    monkeypatch.delenv("TRAINWRIGHT_STATE")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert state_folder() == tmp_path / "home" / ".trainwright"
    monkeypatch.chdir(inside)
    assert state_folder() == tmp_path / "checkout" / ".trainwright"
