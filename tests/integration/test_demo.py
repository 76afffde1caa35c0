"""The main job as a newcomer sees it: `trainwright demo` exits 0 only if all of it is true."""

import json
import os
import socket
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def trainwright(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command with a state folder of its own."""
    return subprocess.run(
        [str(ROOT / ".venv" / "bin" / "trainwright"), *arguments],
        cwd=ROOT,
        env=os.environ | {"TRAINWRIGHT_STATE": str(state), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_the_demo_shows_what_it_claims(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    try:
        shown = trainwright(tmp_path, "demo", "--port", port)

        assert shown.returncode == 0, shown.stdout + shown.stderr
        assert "The first model goes on serving" in shown.stdout + shown.stderr
        runs = json.loads(trainwright(tmp_path, "runs", "--json").stdout)
        assert [run["status"] for run in runs] == ["Failed", "Succeeded"]
    finally:
        assert trainwright(tmp_path, "down").returncode == 0
