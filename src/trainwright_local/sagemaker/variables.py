"""The environment variables of processes that run a user's code."""

import os
from collections.abc import Mapping
from pathlib import Path

TAKEN_OVER = {"CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE", "TZ"}
PROXIES = {"http_proxy", "https_proxy", "all_proxy"}
LOOPBACK = "127.0.0.1,localhost"


def base_variables(
    python: Path, home: Path, around: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return variables to run *python* with: nothing of the cloud's own, least its credentials."""
    kept = {k: v for k, v in around.items() if k in TAKEN_OVER or k.lower() in PROXIES}
    exceptions = [around.get("no_proxy") or around.get("NO_PROXY"), LOOPBACK]
    no_proxy = ",".join(filter(None, exceptions))
    return kept | {
        "PATH": f"{python.parent}{os.pathsep}{around.get('PATH', os.defpath)}",
        "VIRTUAL_ENV": str(python.parent.parent),
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
        # Lines are to be seen when they are printed.
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "UTF-8",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
