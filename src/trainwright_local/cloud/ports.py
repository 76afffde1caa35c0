"""Whether a loopback port is free, and whose it is."""

import shutil
import socket
import subprocess
from pathlib import Path

LISTEN = "0A"


def is_free(port: int) -> bool:
    """Say whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def owner(port: int) -> int | None:
    """Return the pid that listens on the port, where the system tells (/proc, else `lsof`)."""
    if Path("/proc/net/tcp").exists():
        return _owner_from_proc(port)
    if shutil.which("lsof"):
        command = ["lsof", "-nP", "-t", f"-iTCP:{port}", "-sTCP:LISTEN"]
        found = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)
        return int(found.stdout.split()[0]) if found.stdout.strip() else None
    return None


def _owner_from_proc(port: int) -> int | None:
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(descriptor.readlink()) in sockets:
                return int(descriptor.parts[2])
        except OSError:  # the process ended meanwhile, or belongs to another user
            continue
    return None


def _listening_inodes(port: int) -> set[str]:
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        path = Path(table)
        for line in path.read_text().splitlines()[1:] if path.exists() else ():
            _, local, _, state, *rest = line.split()
            if state == LISTEN and int(local.rsplit(":", 1)[1], 16) == port:
                inodes.add(rest[5])
    return inodes
