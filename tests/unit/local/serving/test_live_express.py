"""Both ways to a model, held against each other: the short one, and that of everything else."""

import http.client
import json
import textwrap
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.unit.local.serving.live import LiveCloud

MODEL = textwrap.dedent("""
    class Refusal(Exception):
        message, status_code = "no such row: ä", 422
    Refusal.__name__ = "BaseInferenceToolkitError"

    def model_fn(model_dir):
        return None

    def transform_fn(model, data, content_type, accept, context):
        if data == "refuse":
            raise Refusal
        if data == "fail":
            raise KeyError("lost")
        context.set_response_header(0, "X-Amzn-SageMaker-Custom-Attributes", "a=1, b=ä")
        return f"{data} {content_type} {accept}".encode(), accept
""")
OF_ITS_OWN = {"x-amzn-requestid", "connection", "date"}
"""Headers that no two answers share."""


@pytest.fixture(scope="module")
def endpoint(live: LiveCloud) -> str:
    live.make_model("both-ways", MODEL)
    live.serve("both-ways")
    return "both-ways"


def ask(live: LiveCloud, path: str, body: bytes, way: dict[str, str], **given: str) -> Any:
    """Send a signed request, and headers of the *way* that are not signed."""
    headers = {name.replace("_", "-"): value for name, value in given.items()}
    request = AWSRequest("POST", f"{live.info.endpoint_url}{path}", headers, body)
    keys = Credentials(live.info.access_key_id, live.info.secret_access_key)
    SigV4Auth(keys, "sagemaker", live.info.region).add_auth(request)
    connection = http.client.HTTPConnection("127.0.0.1", live.info.port, timeout=60)
    try:
        connection.request("POST", path, body, {**dict(request.headers.items()), **way})
        answer = connection.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        kept = {name: value for name, value in told.items() if name not in OF_ITS_OWN}
        return answer.status, kept, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"1,2", {"Content_Type": "text/csv", "Accept": "text/plain"}, 200),
        (b"1,2", {"Content_Type": "text/csv"}, 200),
        (b"", {"X_Amzn_SageMaker_Custom_Attributes": "c=3"}, 200),
        (b"1", {"X_Amzn_SageMaker_Target_Variant": "both-ways"}, 200),
        (b"1", {"X_Amzn_SageMaker_Target_Variant": "another"}, 400),
        (b"refuse", {"Content_Type": "text/csv"}, 424),
        (b"fail", {"Content_Type": "text/csv"}, 424),
    ],
)
def test_both_ways_answer_alike(
    live: LiveCloud, endpoint: str, body: bytes, headers: dict[str, str], status: int
) -> None:
    path = f"/endpoints/{endpoint}/invocations"
    short = ask(live, path, body, {}, **headers)
    long = ask(live, path, body, {"Connection": "close"}, **headers)

    assert short[0] == status
    if status == 424:
        assert json.loads(short[2]) == json.loads(long[2])
    assert short == long
