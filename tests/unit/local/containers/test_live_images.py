"""Images built from this repository by a real engine: the contract, the format, the registry."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3

from tests.unit.local.containers.engines import program, settings
from trainwright_cli.images.building import Builder, Target
from trainwright_cli.images.engines import engine_named
from trainwright_cli.images.folders import ContainerFolder, Specification, folder_of
from trainwright_cli.images.pushing import PlainRegistry, ensure
from trainwright_cli.images.scripts import MANIFEST_TYPE
from trainwright_local.cloud.environment import default_cache_dir

pytestmark = [pytest.mark.container, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[4]
PUBLIC = "python:3.11-slim-bookworm"
IMPORTED = "trainwright-test-debian:bookworm"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
SYSTEM = "ca-certificates,python3,python3-pip,python3-venv"
SECONDS = 60
TRAIN = """
import os, signal, sys, time
print("user", os.getuid(), sys.argv[1:], flush=True)
if sys.argv[2] == "fails":
    sys.exit("train/a.csv, line 3: no number")
def told(*_):
    open("/opt/ml/model/told", "w").write("yes")
    sys.exit(0)
signal.signal(signal.SIGTERM, told)
open("/opt/ml/model/weights", "w").write("learnt")
if sys.argv[2] == "waits":
    print("begun", flush=True)
    time.sleep(60)
"""
INFERENCE = """
import os
def model_fn(folder):
    return open(folder + "/weights").read()
def input_fn(body, content_type):
    return body
def predict_fn(body, model):
    return {"model": model, "user": os.getuid()}
"""


@pytest.fixture(scope="module")
def engine(storage: Path) -> Iterator[str]:
    """The name of the engine, with a storage of its own if it is podman."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings(storage).items():
            patch.setenv(name, value)
        if (storage / "containers.conf").exists() and Path(CERTIFICATES).exists():
            # What this machine trusts, the build may trust: it may be behind a mirror.
            trusted = f'volumes = ["{CERTIFICATES}:{CERTIFICATES}:ro"]\n[engine]\n'
            path = storage / "containers.conf"
            path.write_text(path.read_text().replace("[engine]\n", trusted))
        yield engine_named(None).program


@pytest.fixture(scope="module")
def base_image(engine: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the base is built on: the public image, or a Debian if there is no way to that."""
    pulled = subprocess.run([engine, "pull", "--quiet", PUBLIC], capture_output=True, check=False)
    if pulled.returncode == 0:
        return PUBLIC
    if not shutil.which("mmdebstrap"):
        if os.environ.get("CONTAINER_TESTS") == "require":
            pytest.fail(f"neither can {PUBLIC} be pulled, nor is mmdebstrap here")
        pytest.skip(f"neither can {PUBLIC} be pulled, nor is mmdebstrap here")
    tar = default_cache_dir(os.environ) / "debian-bookworm.tar"
    if not tar.exists():
        tar.parent.mkdir(parents=True, exist_ok=True)
        made = tmp_path_factory.mktemp("debian") / "debian.tar"
        options = ["--quiet", "--variant=minbase", f"--include={SYSTEM}"]
        subprocess.run(["mmdebstrap", *options, "bookworm", made], check=True, capture_output=True)
        shutil.move(made, tar)
    program("import", str(tar), IMPORTED)
    return f"localhost/{IMPORTED}" if engine == "podman" else IMPORTED


@pytest.fixture(scope="module")
def target(engine: str, base_image: str, tmp_path_factory: pytest.TempPathFactory) -> Target:
    """An image with two scripts on the base, built."""
    root = tmp_path_factory.mktemp("checkout")
    (root / "containers" / "echo" / "code").mkdir(parents=True)
    (root / "containers" / "echo" / "code" / "train.py").write_text(TRAIN)
    (root / "containers" / "echo" / "code" / "inference.py").write_text(INFERENCE)
    dockerfile = "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nCOPY code/ /opt/program/code/\n"
    (root / "containers" / "echo" / "Dockerfile").write_text(dockerfile)
    specification = Specification(title="Echo", python="3.11", base="base")
    echo = Target(ContainerFolder(root, "echo", specification, folder_of(ROOT, "base")), "cpu")
    builder = Builder(engine_named(engine), f"tw{os.getpid()}", base_image=base_image)
    steps: list[tuple[int, int]] = []
    assert echo.folder.base
    for needed in (Target(echo.folder.base, "cpu"), echo):
        builder.build(needed, lambda *step: steps.append(step))
    assert steps
    return echo


@pytest.fixture
def image(target: Target) -> str:
    return target.image(f"tw{os.getpid()}")


@pytest.fixture
def opt_ml(tmp_path: Path) -> Path:
    """What SageMaker mounts, as root's."""
    folder = tmp_path / "ml"
    for name in ("model", "output", "input/config"):
        (folder / name).mkdir(parents=True)
    write(folder, "resourceconfig", {"current_host": "algo-1", "hosts": ["algo-1"]})
    write(folder, "inputdataconfig", {})
    return folder


def write(opt_ml: Path, name: str, members: Any) -> None:
    (opt_ml / "input" / "config" / f"{name}.json").write_text(json.dumps(members))


def run(image: str, opt_ml: Path, *words: str, **variables: str) -> list[str]:
    given = [word for item in variables.items() for word in ("--env", "=".join(item))]
    return ["run", *given, "--volume", f"{opt_ml}:/opt/ml", "--network", "host", image, *words]


def test_training_runs_as_nobody_in_particular_and_leaves_a_model(
    engine: str, image: str, opt_ml: Path
) -> None:
    write(opt_ml, "hyperparameters", {"mode": "learns"})

    out = program(*run(image, opt_ml, "train"))

    assert "user 0" not in out
    assert "['--mode', 'learns']" in out
    assert (opt_ml / "model" / "weights").read_text() == "learnt"


def test_a_training_that_fails_says_why(engine: str, image: str, opt_ml: Path) -> None:
    write(opt_ml, "hyperparameters", {"mode": "fails"})

    done = subprocess.run([engine, *run(image, opt_ml, "train")], check=False, capture_output=True)

    assert done.returncode == 1
    assert (opt_ml / "output" / "failure").read_text() == "train/a.csv, line 3: no number"


def test_a_stop_reaches_the_script_in_the_container(image: str, opt_ml: Path) -> None:
    write(opt_ml, "hyperparameters", {"mode": "waits"})
    name = program("run", "--detach", *run(image, opt_ml, "train")[1:]).strip()
    try:
        until(lambda: "begun" in program("logs", name))

        program("stop", "--time", "30", name)

        assert (opt_ml / "model" / "told").read_text() == "yes"
        assert program("inspect", "--format", "{{.State.ExitCode}}", name).strip() == "0"
    finally:
        program("rm", "--force", name)


def test_the_server_answers_at_the_port_it_is_given_and_ends_well(image: str, opt_ml: Path) -> None:
    (opt_ml / "model" / "weights").write_text("learnt")
    port = free_port()
    words = run(image, opt_ml, "serve", SAGEMAKER_BIND_TO_PORT=str(port))
    name = program("run", "--detach", *words[1:]).strip()
    try:
        until(lambda: answers(port))
        answer = urllib3.request(
            "POST",
            f"http://127.0.0.1:{port}/invocations",
            body=b"[1]",
            headers={"Content-Type": "application/json"},
        )
        told = answer.json()
        assert told["model"] == "learnt"
        assert told["user"] != 0
        program("exec", name, "healthy")

        program("stop", "--time", "30", name)

        assert program("inspect", "--format", "{{.State.ExitCode}}", name).strip() in {"0", "143"}
    finally:
        program("rm", "--force", name)


@pytest.mark.skipif(not shutil.which("docker-registry"), reason="needs docker-registry")
def test_a_registry_takes_the_image_in_docker_s_format(
    engine: str, target: Target, tmp_path: Path
) -> None:
    host = f"127.0.0.1:{free_port()}"
    config = tmp_path / "registry.yml"
    config.write_text(
        f"version: 0.1\nstorage: {{filesystem: {{rootdirectory: {tmp_path}/registry}}}}\n"
        f'http: {{addr: "{host}"}}\n'
    )
    with subprocess.Popen(
        ["docker-registry", "serve", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as registry:
        try:
            until(lambda: answers(int(host.rpartition(":")[2]), "/v2/"))
            place = PlainRegistry(host, f"tw{os.getpid()}")
            repository = place.repository("echo")

            uri = ensure(place, engine_named(engine), target, repository)

            found = place.find(repository, target.tag)
            assert found is not None
            assert found.media_type == MANIFEST_TYPE
            assert uri == f"{host}/{repository}@{found.digest}"
        finally:
            registry.terminate()


def until(condition: Any) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.1)


def answers(port: int, path: str = "/ping") -> bool:
    try:
        url = f"http://127.0.0.1:{port}{path}"
        return urllib3.request("GET", url, retries=False, timeout=2).status == 200
    except urllib3.exceptions.HTTPError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
