"""A cloud's life: started once, found again, ended whole, its state kept."""

import http.client
import json
import os
import signal
import socket
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.integration.cloud.account import Account, until
from trainwright_local.cloud import lifecycle, record
from trainwright_local.cloud.errors import (
    NotHealthyError,
    PortTakenError,
    RequirementError,
    RunningElsewhereError,
)
from trainwright_local.cloud.record import CloudInfo

SLEEPING = """
    import subprocess, time

    def handler(event, context):
        subprocess.Popen(["sleep", "600"])
        print("sleeping")
        time.sleep(600)
"""


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "state"
    lifecycle.down(tmp_path / "state")


def processes_of(state: Path) -> set[int]:
    """Return the pids of what runs with the state folder in its variables or its arguments."""
    command = ["ps", "axeww", "-o", "pid=,stat=,command="]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = [line.split(maxsplit=2) for line in listed.splitlines() if str(state) in line]
    return {int(pid) for pid, kind, _ in rows if not kind.startswith("Z")} - {os.getpid()}


def test_up_twice_is_one_cloud(state: Path, free_port: int) -> None:
    first = lifecycle.up(state, free_port)

    assert lifecycle.up(state, free_port) == first
    assert lifecycle.status(state) == first
    assert Account(first).client("sts").get_caller_identity()["Account"] == first.account


def test_only_its_owner_may_read_the_credentials(state: Path, free_port: int) -> None:
    lifecycle.up(state, free_port)

    for name in ("cloud.json", "secret"):
        assert stat.S_IMODE((state / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(state.stat().st_mode) == 0o700


def test_only_this_machine_can_reach_it(state: Path, free_port: int) -> None:
    pid = lifecycle.up(state, free_port).pid

    listening = {
        line.split()[1].rpartition(":")[0]
        for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and int(line.split()[1].rpartition(":")[2], 16) == free_port
    }
    assert listening == {"0100007F"}


def test_down_leaves_nothing_and_twice_is_no_error(state: Path, free_port: int) -> None:
    account = Account(lifecycle.up(state, free_port))
    account.invoke(account.function("def handler(event, context): pass"))

    assert lifecycle.down(state)

    assert lifecycle.status(state) is None
    assert not (state / "cloud.json").exists()
    assert until(lambda: not processes_of(state), seconds=10)
    assert not lifecycle.down(state)


def test_what_was_there_is_there_after_a_restart(state: Path, free_port: int) -> None:
    s3 = Account(lifecycle.up(state, free_port)).client("s3")
    s3.create_bucket(Bucket="kept")
    s3.put_object(Bucket="kept", Key="rows.csv", Body=b"1,2")
    before = lifecycle.status(state)
    lifecycle.down(state)

    after = lifecycle.up(state, free_port)

    assert before is not None
    assert after.secret_access_key == before.secret_access_key
    got = Account(after).client("s3").get_object(Bucket="kept", Key="rows.csv")
    assert got["Body"].read() == b"1,2"


def test_a_killed_cloud_takes_its_functions_along(state: Path, free_port: int) -> None:
    info = lifecycle.up(state, free_port)
    account = Account(info)
    function = account.function(SLEEPING, timeout=600)
    account.client("lambda").invoke(FunctionName=function, InvocationType="Event")
    assert until(lambda: len(processes_of(state)) == 3)  # the cloud, the function, its `sleep`

    os.kill(info.pid, signal.SIGKILL)

    assert until(lambda: not processes_of(state), seconds=10)
    assert lifecycle.status(state) is None


def test_a_killed_cloud_comes_back_as_it_was(state: Path, free_port: int) -> None:
    killed = lifecycle.up(state, free_port)
    Account(killed).client("ssm").put_parameter(Name="/kept", Value="1", Type="String")
    saved = state / "services" / "ssm.json"
    assert until(lambda: saved.exists() and "/kept" in saved.read_text())
    os.kill(killed.pid, signal.SIGKILL)
    assert until(lambda: lifecycle.status(state) is None)

    again = lifecycle.up(state, free_port)

    assert again.pid != killed.pid
    found = Account(again).client("ssm").get_parameter(Name="/kept")
    assert found["Parameter"]["Value"] == "1"


def test_a_stale_record_with_the_pid_of_another_process_is_not_believed(state: Path) -> None:
    state.mkdir()
    (state / "cloud.lock").touch()
    info = CloudInfo("http://127.0.0.1:1", 1, "us-east-1", "0" * 12, "k", "s", os.getpid(), "", "")
    record.write(state, info)

    assert lifecycle.status(state) is None
    assert not lifecycle.down(state)


def test_a_taken_port_is_said_with_its_owner(state: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(PortTakenError, match=rf"port {port} is taken by process {os.getpid()}"):
            lifecycle.up(state, port)


def test_a_cloud_with_other_settings_is_not_restarted(state: Path, free_port: int) -> None:
    lifecycle.up(state, free_port)

    with pytest.raises(RunningElsewhereError, match=f"already runs on port {free_port}"):
        lifecycle.up(state, free_port + 1)
    with pytest.raises(RunningElsewhereError, match="in us-east-1"):
        lifecycle.up(state, free_port, "eu-west-1")


def test_a_cloud_that_does_not_come_up_says_why(state: Path, free_port: int) -> None:
    state.mkdir()
    (state / "secret").mkdir()  # what it cannot read

    with pytest.raises(NotHealthyError, match=r"its process ended; its log is (?s:.*)IsADirectory"):
        lifecycle.up(state, free_port)

    assert not processes_of(state)
    assert lifecycle.status(state) is None


def test_a_cloud_that_takes_too_long_is_not_left(state: Path, free_port: int) -> None:
    with pytest.raises(NotHealthyError, match="no answer within 0 s"):
        lifecycle.up(state, free_port, timeout_seconds=0)

    assert until(lambda: not processes_of(state), seconds=10)


def test_up_refuses_with_the_doctors_line(
    state: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(RequirementError, match=r"python3\.13: no python3\.13 with pip on PATH"):
        lifecycle.up(state, free_port)


def test_two_clouds_do_not_meet(state: Path, free_port: int, repaired: Account) -> None:
    repaired.client("ssm").put_parameter(Name="/only/here", Value="1", Type="String")

    other = Account(lifecycle.up(state, free_port, "eu-west-1"))

    assert other.client("ssm").get_parameters_by_path(Path="/only")["Parameters"] == []
    assert other.info.region == "eu-west-1"
    astray = Account(replace(other.info, endpoint_url=repaired.info.endpoint_url))
    with pytest.raises(ClientError, match="InvalidSignatureException"):
        astray.client("ssm").get_parameters_by_path(Path="/only")


def test_the_developers_own_settings_are_not_seen(
    state: Path, free_port: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text("[profile mine]\nregion = eu-west-3\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "mine")
    monkeypatch.setenv("PYTHONPATH", "/mine")
    account = Account(lifecycle.up(state, free_port))

    seen = account.invoke(
        account.function("import os\ndef handler(event, context): return dict(os.environ)")
    )

    assert not {"AWS_PROFILE", "PYTHONPATH"} & set(seen)
    assert "mine" not in json.dumps(seen)


def test_commands_without_credentials_are_refused(state: Path, free_port: int) -> None:
    lifecycle.up(state, free_port)
    connection = http.client.HTTPConnection("127.0.0.1", free_port)
    connection.request("POST", "/_ministack/reset")

    assert connection.getresponse().status == 403
    connection.close()
