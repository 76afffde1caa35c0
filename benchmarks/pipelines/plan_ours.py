"""Reads, validates and plans the file that is named, as a user's process does; prints the steps."""

import sys
from pathlib import Path

from trainwright_cli.offline import placeholder_account
from trainwright_cli.pipelines import loading


def main(path: Path) -> None:
    """Plan without a cloud, the code packed as for publishing."""
    account = placeholder_account("bench", "us-east-1")
    loaded = loading.load([path], path.parent, account, {})
    planned = loading.plan(loaded, loading.bundle(loaded, account), account)
    print(len(planned.steps))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
