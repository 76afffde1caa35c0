"""The access log says who asked what of which service."""

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.cloud.account import Account, allow
from trainwright_local.cloud import lifecycle


def test_each_request_is_a_line_with_its_caller_and_its_end(tmp_path: Path, free_port: int) -> None:
    log = tmp_path / "requests.jsonl"
    account = Account(lifecycle.up(tmp_path / "state", free_port, access_log=log))
    try:
        role = account.role(allow("ssm:GetParameter"))
        account.client("ssm").put_parameter(Name="/answer", Value="42", Type="String")
        account.client("ssm", role).get_parameter(Name="/answer")
        with pytest.raises(ClientError, match="AccessDenied"):
            account.client("s3", role).list_buckets()
    finally:
        lifecycle.down(tmp_path / "state")

    lines: list[dict[str, Any]] = [json.loads(line) for line in log.read_text().splitlines()]
    put, get, denied = [line for line in lines if line["service"] in {"ssm", "s3"}]
    assert (put["service"], put["operation"], put["status"]) == ("ssm", "PutParameter", 200)
    assert put["caller"].endswith(":root")
    assert (get["service"], get["operation"], get["status"]) == ("ssm", "GetParameter", 200)
    assert f"assumed-role/{role.rpartition('/')[2]}/test" in get["caller"]
    assert (denied["service"], denied["operation"], denied["status"]) == ("s3", "GET /", 403)
    assert "Boto3" in get["agent"]
    assert put["time"] <= get["time"] <= denied["time"]
    assert get["seconds"] > 0
