"""`up`, `down`, `status` and `doctor`: what they say of the cloud that `lifecycle` keeps."""

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.cli.test_which_cloud import LOCAL
from trainwright_local.cloud import doctor, lifecycle
from trainwright_local.cloud.checks import Check
from trainwright_local.cloud.errors import PortTakenError
from trainwright_local.cloud.record import CloudInfo

FINE = Check("package index", ok=True, detail="reachable")
LACKING = Check("SAM CLI", ok=False, detail="not found", remedy="install it")
OPTIONAL = Check("bubblewrap", ok=False, detail="not found", remedy="", necessary=False)


@pytest.fixture
def needs_of_sam() -> list[bool]:
    """Whether `up` was to see that the SAM CLI can be used."""
    return []


@pytest.fixture
def given() -> dict[str, float]:
    """The settings that `up` was given."""
    return {}


@pytest.fixture
def started(
    monkeypatch: pytest.MonkeyPatch, needs_of_sam: list[bool], given: dict[str, float]
) -> list[tuple[Path, int, str]]:
    """What `up` asks for."""
    asked: list[tuple[Path, int, str]] = []

    def up(
        folder: Path, port: int, region: str, *, sam: bool, settings: dict[str, float]
    ) -> CloudInfo:
        needs_of_sam.append(sam)
        given.update(settings)
        asked.append((folder, port, region))
        return LOCAL

    monkeypatch.setattr(lifecycle, "up", up)
    monkeypatch.setattr(doctor, "package_index", lambda: FINE)
    return asked


def test_up_says_where_the_cloud_answers(
    run: Run, started: list[tuple[Path, int, str]], tmp_path: Path
) -> None:
    ended = run("up", "--port", "4600")

    assert started == [(tmp_path / "state", 4600, "us-east-1")]
    assert "up at http://127.0.0.1:4577" in ended.err
    assert "warning" not in ended.err


@pytest.mark.usefixtures("started")
def test_up_for_other_clients_needs_no_sam_cli_and_says_how_to_use_it(
    run: Run, needs_of_sam: list[bool]
) -> None:
    ended = run("up", "--only-cloud")

    assert needs_of_sam == [False]
    assert 'eval "$(trainwright up --only-cloud --export)"' in ended.err


@pytest.mark.usefixtures("started")
def test_up_changes_settings_of_the_local_sagemaker(run: Run, given: dict[str, float]) -> None:
    run("up", "--set", "max_jobs=4", "--set", "time_scale=0.1")

    assert given == {"max_jobs": 4, "time_scale": 0.1}


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("jobs=4", "'jobs' is no setting; there are max_jobs, grace_seconds,"),
        ("max_jobs", "max_jobs is to be a number, not ''"),
        ("max_jobs=1.5", "max_jobs is to be a number, not '1.5'"),
        ("max_jobs=0", "max_jobs cannot be 0"),
        ("time_scale=-1", "time_scale cannot be -1"),
        ("grace_seconds=inf", "grace_seconds cannot be inf"),
    ],
)
def test_a_setting_that_cannot_be_is_said(
    run: Run, started: list[tuple[Path, int, str]], setting: str, said: str
) -> None:
    ended = run("up", "--set", setting)

    assert ended.code == 2
    assert said in " ".join(ended.err.replace("│", " ").split())
    assert started == []


@pytest.mark.usefixtures("started")
def test_up_exports_what_other_clients_need(run: Run) -> None:
    lines = run("up", "--only-cloud", "--export").out.splitlines()

    assert "export AWS_ENDPOINT_URL=http://127.0.0.1:4577" in lines
    assert all(line.startswith("export ") for line in lines)


@pytest.mark.usefixtures("started")
def test_up_as_json(run: Run) -> None:
    expected = {"endpoint_url": "http://127.0.0.1:4577", "region": "eu-central-1", "pid": 1}
    assert run("up", "--json").json == expected


@pytest.mark.usefixtures("started")
def test_up_warns_of_an_index_out_of_reach(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    check = Check("package index", ok=False, detail="no answer", remedy="check the network")
    monkeypatch.setattr(doctor, "package_index", lambda: check)

    ended = run("up")

    assert ended.code == 0
    assert "warning: package index: no answer: check the network\n" in ended.err


def test_a_port_that_is_taken_is_said_in_a_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def up(*_: object, **__: object) -> None:
        raise PortTakenError(4577, 99)

    monkeypatch.setattr(lifecycle, "up", up)

    ended = run("up")

    assert ended.code == 1
    assert ended.err.startswith("error: port 4577 is taken by process 99")
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize(("was_up", "said"), [(True, "is down"), (False, "was not up")])
def test_down_says_what_there_was(
    run: Run, monkeypatch: pytest.MonkeyPatch, was_up: bool, said: str
) -> None:
    monkeypatch.setattr(lifecycle, "down", lambda _: was_up)

    ended = run("down")

    assert ended.code == 0
    assert said in ended.err


def test_status_of_no_cloud_exits_1(run: Run, tmp_path: Path) -> None:
    ended = run("status")

    assert (ended.code, ended.out) == (1, "")
    assert "`trainwright up`" in ended.err
    assert run("status", "--json").json == {"up": False, "state": str(tmp_path / "state")}


def test_status_of_a_cloud(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "status", lambda _: LOCAL)

    assert "http://127.0.0.1:4577" in run("status").out
    assert "secret" not in run("status").out
    told = run("status", "--json").json
    assert (told["up"], told["region"]) == (True, "eu-central-1")
    assert "secret_access_key" not in told


def test_status_exports_what_other_tools_need(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "status", lambda _: LOCAL)

    lines = run("status", "--export").out.splitlines()

    assert "export AWS_ENDPOINT_URL=http://127.0.0.1:4577" in lines
    assert "export AWS_SECRET_ACCESS_KEY=secret" in lines


@pytest.mark.parametrize(("checks", "code"), [([FINE, OPTIONAL], 0), ([FINE, LACKING], 1)])
def test_doctor_fails_for_what_is_necessary(
    run: Run, monkeypatch: pytest.MonkeyPatch, checks: list[Check], code: int
) -> None:
    monkeypatch.setattr(doctor, "checks", lambda *_: checks)

    ended = run("doctor")

    assert ended.code == code
    assert len(ended.out.splitlines()) == len(checks)
    assert run("doctor", "--json").json[1]["name"] == checks[1].name


def test_doctor_says_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "checks", lambda *_: [LACKING])

    assert "✗ SAM CLI" in run("doctor").out
    assert "not found: install it" in run("doctor").out
