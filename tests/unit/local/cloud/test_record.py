"""The record of a running cloud."""

import stat
from pathlib import Path

import pytest

from trainwright_local.cloud import record
from trainwright_local.cloud.record import CloudInfo

INFO = CloudInfo(
    endpoint_url="http://127.0.0.1:4577",
    port=4577,
    region="us-east-1",
    account="000000000000",
    access_key_id="trainwright",
    secret_access_key="s3cret",
    pid=1,
    started="2026-11-20T05:00:00+00:00",
    log_file="/state/cloud.log",
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    record.write(tmp_path, INFO)

    assert record.read(tmp_path) == INFO
    assert [path.name for path in tmp_path.iterdir()] == ["cloud.json"]
    assert stat.S_IMODE((tmp_path / "cloud.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "{", "[]", '{"port": 1}', '{"unknown": 1}'])
def test_what_is_no_record_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "cloud.json").write_text(text)

    assert record.read(tmp_path) is None


def test_no_folder_is_no_record(tmp_path: Path) -> None:
    assert record.read(tmp_path / "nowhere") is None


def test_its_environment_leads_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", "example.com")

    variables = INFO.environment()

    assert variables["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4577"
    assert variables["AWS_SECRET_ACCESS_KEY"] == "s3cret"
    assert variables["AWS_CONFIG_FILE"] == "/dev/null"
    assert "SAGEMAKER_USER_CONFIG_OVERRIDE" not in variables
    assert variables["NO_PROXY"] == "example.com,127.0.0.1,localhost"
