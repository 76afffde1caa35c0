"""What is known of a running cloud: `cloud.json` in its state folder."""

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from trainwright_local.cloud.sdk_settings import VARIABLE

FILE_NAME = "cloud.json"


@dataclass(frozen=True)
class CloudInfo:
    """Where a running cloud answers, and the credentials of its account's root."""

    endpoint_url: str
    port: int
    region: str
    account: str
    access_key_id: str
    secret_access_key: str
    pid: int
    started: str
    log_file: str
    sdk_settings: str = ""
    """A file for AWS's SageMaker SDK, if there is one."""

    def environment(self) -> dict[str, str]:
        """Return the variables that point an SDK, the AWS CLI or the SAM CLI at this cloud."""
        no_proxy = os.environ.get("no_proxy", os.environ.get("NO_PROXY", ""))
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            # Neither a profile nor the machine's own configuration may lead a request elsewhere.
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            # Nor may a proxy: it does not know this machine's loopback.
            **dict.fromkeys(("no_proxy", "NO_PROXY"), _with_loopback(no_proxy)),
            # The SAM CLI looks every 5 s whether AWS is ready; this cloud is within a second.
            "SAM_CLI_POLL_DELAY": "0.2",
            **({VARIABLE: self.sdk_settings} if self.sdk_settings else {}),
        }


def _with_loopback(hosts: str) -> str:
    return ",".join([*filter(None, hosts.split(",")), "127.0.0.1", "localhost"])


def write(state_dir: Path, info: CloudInfo) -> None:
    """Put *info* into the folder's record, whole or not at all, readable by its owner only."""
    handle, temporary = tempfile.mkstemp(dir=state_dir, prefix=FILE_NAME)  # created 0600
    with os.fdopen(handle, "w") as file:
        json.dump(asdict(info), file, indent=2)
    Path(temporary).replace(state_dir / FILE_NAME)


def read(state_dir: Path) -> CloudInfo | None:
    """Return the folder's record; it may be left over from a cloud that was killed."""
    try:
        return CloudInfo(**json.loads((state_dir / FILE_NAME).read_text()))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, TypeError):  # of another version, or torn by a full disk: as good as none
        return None
