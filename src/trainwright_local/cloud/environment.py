"""The environment variables the cloud's process runs with.

MiniStack is configured by them and hands its own down to every Lambda function it starts. They are
therefore built from nothing: what finds programs, packages, certificates and a container engine is
taken over, the developer's AWS_* variables, profiles and Python settings are not.
"""

import os
from collections.abc import Mapping
from pathlib import Path

ACCOUNT = "000000000000"
ACCESS_KEY_ID = "trainwright"

TAKEN_OVER = {
    "CURL_CA_BUNDLE", "DBUS_SESSION_BUS_ADDRESS", "HOME", "LANG", "LOGNAME", "PATH",
    "REGISTRY_AUTH_FILE", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE", "TZ", "USER",
    "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
}  # fmt: skip
TAKEN_OVER_PREFIXES = ("CONTAINERS_", "CONTAINER_", "DOCKER_", "LC_", "PIP_", "PYENV_", "UV_")
TAKEN_OVER_SUFFIXES = ("_proxy", "_PROXY")


def default_cache_dir(around: Mapping[str, str]) -> Path:
    """Return where environments built for algorithms are kept between clouds."""
    base = around.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "trainwright"


def cloud_environment(
    around: Mapping[str, str], *, state_dir: Path, port: int, region: str, secret: str
) -> dict[str, str]:
    """Return the variables of a cloud, given those *around* it."""
    return {name: value for name, value in around.items() if _taken_over(name)} | {
        "TMPDIR": str(state_dir / "tmp"),
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "localhost",
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": region,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state_dir / "services"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state_dir / "s3"),
        # Listeners and daemons nobody here needs; each costs memory, a port, or both.
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        # The root of the account; see `server` for how credentials work.
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _taken_over(name: str) -> bool:
    return (
        name in TAKEN_OVER
        or name.startswith(TAKEN_OVER_PREFIXES)
        or name.endswith(TAKEN_OVER_SUFFIXES)
    )
