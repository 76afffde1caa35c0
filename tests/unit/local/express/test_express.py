"""Who is answered on the short way, and how; everyone else goes the long way, untouched."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore import auth
from botocore.credentials import Credentials
from ministack import app
from ministack.services import iam, sts

from tests.unit.local.express.front import ACCOUNT, ENDPOINT, LONG_WAY, Front, read_answer, signed
from tests.unit.local.express.model import ANSWER, Model, model
from tests.unit.local.serving.live import until
from trainwright_local.sagemaker.config import SageMakerConfig

SESSION = Credentials("ASIASESSION", "session's secret", "session's token")


@pytest.fixture
def served() -> Iterator[Model]:
    with model() as running:
        yield running


@pytest.fixture
def front(tmp_path: Path, served: Model, monkeypatch: pytest.MonkeyPatch) -> Iterator[Front]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "root")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "root's secret")
    monkeypatch.setattr(app, "AUTH", True)
    with Front(SageMakerConfig(tmp_path, tmp_path, endpoint_url=""), served) as running:
        yield running


@pytest.fixture
def role() -> Iterator[dict[str, Any]]:
    """A role that may do nothing yet, and a session of it."""
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/clerk/desk"
    made = {"RoleName": "clerk", "InlinePolicies": {}, "AttachedPolicies": []}
    session = {
        "Arn": arn,
        "AccountId": ACCOUNT,
        "Expiration": time.time() + 1000,
        "SecretAccessKey": SESSION.secret_key,
        "SessionToken": SESSION.token,
        "PrincipalType": "AssumedRole",
        "UserId": "AROA:desk",
    }
    iam._roles["clerk"] = made
    sts._sessions[SESSION.access_key] = session
    yield made
    del iam._roles["clerk"]
    del sts._sessions[SESSION.access_key]


def allow(role: dict[str, Any], effect: str = "Allow", **condition: Any) -> None:
    statement = {
        "Effect": effect,
        "Action": "sagemaker:InvokeEndpoint",
        "Resource": f"arn:aws:sagemaker:*:*:endpoint/{ENDPOINT}",
        "Condition": condition,
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    role["InlinePolicies"][effect] = json.dumps(document)


def test_a_model_is_asked_and_its_answer_given(front: Front, served: Model) -> None:
    ((status, headers, body),) = front.ask(
        signed(
            Content_Type="text/csv",
            Accept="text/plain",
            X_Amzn_SageMaker_Custom_Attributes="a=1",
            X_Amzn_SageMaker_Target_Variant="all",
        )
    )

    del headers["x-amzn-requestid"]
    assert (status, body) == (200, b"ok")
    assert headers == {
        "content-type": "text/plain",
        "x-amzn-invoked-production-variant": "all",
        "content-length": "2",
    }
    assert b"".join(served.requests) == (
        b"POST /invocations HTTP/1.1\r\n"
        b"Host: 127.0.0.1\r\n"
        b"Content-Type: text/csv\r\n"
        b"Accept: text/plain\r\n"
        b"X-Amzn-SageMaker-Custom-Attributes: a=1\r\n"
        b"Content-Length: 5\r\n"
        b"\r\n"
        b"[1.5]"
    )
    assert front.instance.inside == 0


def test_an_answer_of_the_model_that_is_an_error_is_told_as_aws_does(
    front: Front, served: Model
) -> None:
    served.answer = b"HTTP/1.1 500 Oh\r\nContent-Length: 4\r\n\r\nlost"

    ((status, headers, body),) = front.ask(signed())

    told = json.loads(body)
    assert (status, headers["x-amzn-errortype"]) == (424, "ModelError")
    assert (told["OriginalStatusCode"], told["OriginalMessage"]) == (500, "lost")
    assert 'Received server error (500) from container_1 with message "lost"' in told["Message"]


@pytest.mark.parametrize("answer", [ANSWER[:-1], b""])
def test_a_model_that_dies_while_it_is_asked_is_an_error_of_the_model(
    front: Front, served: Model, answer: bytes
) -> None:
    served.answer, served.closes = answer, True

    ((status, _, body),) = front.ask(signed())

    assert (status, json.loads(body)["OriginalStatusCode"]) == (424, 503)
    assert front.instance.inside == 0


def test_requests_that_come_at_once_are_all_answered(front: Front) -> None:
    answers = front.ask(signed(), signed(), signed())

    assert [status for status, _, _ in answers] == [200] * 3


def test_what_comes_while_another_is_answered_waits(front: Front, served: Model) -> None:
    elsewhere = signed(path="/endpoints/another/invocations")
    served.go.clear()

    with front.connect() as connection, connection.makefile("rb") as answers:
        connection.sendall(signed())
        until(lambda: len(served.requests) == 1)
        connection.sendall(elsewhere)
        time.sleep(0.1)
        served.go.set()
        assert [read_answer(answers)[2] for _ in range(2)] == [b"ok", LONG_WAY]


def test_requests_one_after_the_other_go_each_their_way(front: Front) -> None:
    elsewhere = signed(path="/endpoints/another/invocations")
    bodies = []

    with front.connect() as connection:
        for request in (signed(), elsewhere, elsewhere, signed()):
            connection.sendall(request)
            bodies.append(connection.recv(65536).partition(b"\r\n\r\n")[2])

    assert bodies == [b"ok", LONG_WAY, LONG_WAY, b"ok"]


def test_a_request_may_come_byte_by_byte(front: Front) -> None:
    request = signed()

    with front.connect() as connection:
        for at in range(len(request)):
            connection.sendall(request[at : at + 1])
        assert connection.recv(65536).endswith(b"\r\n\r\nok")


def test_what_is_inside_another_request_is_no_request(front: Front, served: Model) -> None:
    inner = signed()
    outer = signed(inner, path="/endpoints/another/invocations")

    with front.connect() as connection:
        connection.sendall(outer[: -len(inner)])
        time.sleep(0.1)
        connection.sendall(inner)
        assert connection.recv(65536).endswith(LONG_WAY)

    assert served.requests == []


def test_who_hangs_up_leaves_nothing_behind(front: Front, served: Model) -> None:
    served.go.clear()
    with front.connect() as connection:
        connection.sendall(signed())
        until(lambda: len(served.requests) == 1)
    served.go.set()

    until(lambda: front.instance.inside == 0)
    assert front.ask(signed())[0][2] == b"ok"


@pytest.mark.parametrize(
    "request_",
    [
        {"keys": Credentials("root", "another secret")},
        {"keys": Credentials("nobody", "root's secret")},
        {"keys": Credentials("root", "root's secret", "a token it has not")},
        {"service": "s3"},
        {"region": "eu-west-1"},
        {"alter": lambda request: request[:-1] + b"!"},
        {"alter": lambda request: request.replace(b"text/csv", b"text/xml")},
        {"alter": lambda request: request.replace(b"Signature=", b"Signature=0")},
        {"alter": lambda request: request.replace(b"AWS4-HMAC-SHA256", b"AWS4-HMAC-SHA512")},
        {"alter": lambda request: request.replace(b"SignedHeaders=", b"SignedHeaders=absent;")},
        {"alter": lambda request: request.replace(b"Authorization", b"Authorisation")},
        {"X_Amz_Content_Sha256": "UNSIGNED-PAYLOAD"},
        {"X_Amzn_SageMaker_Target_Model": "a.tar.gz"},
        {"X_Amzn_SageMaker_Target_Variant": "another"},
        {"X_Amzn_SageMaker_Session_Id": "NEW_SESSION"},
        {"X_Amzn_SageMaker_Enable_Explanations": "`true`"},
        {"X_Amzn_SageMaker_Target_Variant": "not a name"},
    ],
)
def test_what_is_not_surely_plain_and_allowed_goes_the_long_way(
    front: Front, served: Model, request_: dict[str, Any]
) -> None:
    answers = front.ask(signed(**{"Content_Type": "text/csv", **request_}))

    assert answers[0][2] == LONG_WAY
    assert served.requests == []


@pytest.mark.parametrize(
    ("minutes", "way"), [(-6, LONG_WAY), (-4, b"ok"), (4, b"ok"), (6, LONG_WAY)]
)
def test_a_request_is_of_now(
    front: Front, monkeypatch: pytest.MonkeyPatch, minutes: int, way: bytes
) -> None:
    then = datetime.now(UTC).replace(tzinfo=None) + timedelta(minutes=minutes)
    monkeypatch.setattr(auth, "get_current_datetime", lambda: then)

    assert front.ask(signed())[0][2] == way


@pytest.mark.parametrize("more", ["AsyncInferenceConfig", "DataCaptureConfig"])
def test_an_endpoint_that_does_more_than_to_answer_is_asked_the_long_way(
    front: Front, more: str
) -> None:
    front.traffic.target[more] = {}

    assert front.ask(signed())[0][2] == LONG_WAY


def test_an_instance_without_a_short_way_is_left_again(front: Front) -> None:
    front.instance.line = None

    assert front.ask(signed())[0][2] == LONG_WAY
    assert front.instance.inside == 0


def test_a_role_may_what_its_policies_say_at_the_moment(front: Front, role: dict[str, Any]) -> None:
    def way() -> bytes:
        return front.ask(signed(keys=SESSION))[0][2]

    assert way() == LONG_WAY
    allow(role)
    assert way() == b"ok"
    allow(role, "Deny")
    assert way() == LONG_WAY
    del role["InlinePolicies"]["Deny"]
    allow(role, Bool={"aws:SecureTransport": "true"})
    assert way() == LONG_WAY
    allow(role, IpAddress={"aws:SourceIp": "127.0.0.0/8"})
    assert way() == b"ok"


def test_a_session_ends(front: Front, role: dict[str, Any]) -> None:
    allow(role)
    assert front.ask(signed(keys=SESSION))[0][2] == b"ok"

    sts._sessions[SESSION.access_key]["Expiration"] = time.time() - 1
    assert front.ask(signed(keys=SESSION))[0][2] == LONG_WAY
