"""The file system as a container of SageMaker has it: a job's own folder at `/opt/ml`.

Bubblewrap makes it, with a mount namespace for one process tree: everything else of the machine
stays as it is. Where it is missing (macOS, or a machine without it) a job finds its folder through
`SAGEMAKER_BASE_DIR` and the variables made from it, as AWS's toolkits do; only code that writes
`/opt/ml` itself cannot be run then.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath

OPT_ML = "/opt/ml"
CODE_SUFFIXES = {".py", ".sh", ".r", ".R", ".jl"}
LARGEST_SCRIPT = 1024 * 1024


@dataclass(frozen=True)
class Sandbox:
    """What a process tree sees of the machine: *opt_ml* at `/opt/ml`, if that can be done."""

    opt_ml: Path
    host: str = ""
    """The machine's name inside; empty to keep it."""
    files: Mapping[str, Path] = field(default_factory=dict)
    """Single files that are shown in the place of the machine's, by their absolute names."""
    isolated: bool = False
    """Without any network."""

    @property
    def base(self) -> str:
        """The name of *opt_ml* inside."""
        return OPT_ML if available() else str(self.opt_ml)

    def command(self, folder: Path) -> list[str]:
        """Return what runs the command that follows it inside, in a *folder* below *opt_ml*.

        It has that command as its only child, and ends with its exit code. Nothing is returned
        where there are no sandboxes: the command then runs as it is.
        """
        if not available():
            return []
        inside = PurePosixPath(OPT_ML, folder.relative_to(self.opt_ml))
        return [*self._words(), "--die-with-parent", "--chdir", str(inside), "--"]

    def _words(self) -> list[str]:
        words = ["bwrap", "--dev-bind", "/", "/", "--tmpfs", "/opt"]
        words += _beside_ml()
        words += ["--bind", str(self.opt_ml), OPT_ML]
        for name, file in self.files.items():
            words += ["--ro-bind", str(file), name]
        if self.host:
            words += ["--unshare-uts", "--hostname", self.host]
        return [*words, "--unshare-net"] if self.isolated else words


@cache
def available() -> bool:
    """Whether this machine can make sandboxes; a kernel may forbid what bubblewrap needs."""
    if sys.platform != "linux" or not shutil.which("bwrap"):
        return False
    words = ["bwrap", "--dev-bind", "/", "/", "--tmpfs", "/opt", "--unshare-uts", "true"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def warning(code: Path) -> str:
    """Say that a script below *code* will miss `/opt/ml`; empty if none will."""
    if available():
        return ""
    named = next(_naming(code), None)
    if named is None:
        return ""
    return (
        f"{named.relative_to(code)} names {OPT_ML}, which this machine cannot provide without "
        "bubblewrap (bwrap): use the variables SM_MODEL_DIR, SM_CHANNEL_... or install it."
    )


def _naming(code: Path) -> Iterator[Path]:
    for file in sorted(code.rglob("*")):
        is_script = file.suffix in CODE_SUFFIXES and file.is_file()
        if is_script and OPT_ML.encode() in file.read_bytes()[:LARGEST_SCRIPT]:
            yield file


def _beside_ml() -> list[str]:
    """Show what else is in `/opt`: a Python may be installed there."""
    folder, words = Path("/opt"), []
    for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
        if entry.is_symlink():
            words += ["--symlink", str(entry.readlink()), str(entry)]
        elif entry.name != "ml":
            words += ["--dev-bind", str(entry), str(entry)]
    return words
