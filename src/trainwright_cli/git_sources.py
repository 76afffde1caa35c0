"""Code of others, taken from a git repository at one commit, for an algorithm to be built on.

A commit's name is the hash of its content, so what was fetched once is kept below the cache folder
and never asked for again; a branch or a tag is looked up each time.
"""

import io
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from trainwright.errors import InvalidRequestError
from trainwright.models.source import GitSource
from trainwright_local.cloud.environment import default_cache_dir

_SECONDS = 300
_COMMIT = re.compile(r"[0-9a-f]{40}")
# Never ask a person who is not there, and never run what a URL may name as a transport.
_GIT = ("git", "-c", "protocol.ext.allow=never", "-c", "credential.interactive=false")


class Fetched(NamedTuple):
    """The files of a repository at *commit*."""

    commit: str
    files: dict[str, bytes]


def fetch(source: GitSource) -> Fetched:
    """Fetch what *source* names; an InvalidRequestError says what git could not do."""
    if shutil.which("git") is None:
        raise InvalidRequestError(f"git is needed to fetch {source.git}: install it")
    commit = resolve(source)
    kept = default_cache_dir(os.environ) / "sources" / f"{commit}.tar"
    if not kept.exists():
        _keep(_archive(source, commit), kept)
    return Fetched(commit, _files(kept.read_bytes(), source))


def resolve(source: GitSource) -> str:
    """Give the commit that *source* names now."""
    if is_pinned(source):
        return source.ref
    names = (f"refs/heads/{source.ref}", f"refs/tags/{source.ref}", f"refs/tags/{source.ref}^{{}}")
    lines = _git("ls-remote", source.git, *names, of=source).decode().splitlines()
    found = {name: commit for commit, _, name in (line.partition("\t") for line in lines)}
    if not found:
        raise InvalidRequestError(f"{source.git} has no branch or tag '{source.ref}'")
    # A branch goes before a tag of the same name; an annotated tag is followed to its commit.
    return found.get(names[0]) or found.get(names[2]) or found[names[1]]


def is_pinned(source: GitSource) -> bool:
    """Whether *source* will name the same files for ever."""
    return _COMMIT.fullmatch(source.ref) is not None


def _archive(source: GitSource, commit: str) -> bytes:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _git("init", "--quiet", "--bare", of=source, folder=folder)
        try:
            _git("fetch", "--quiet", "--depth=1", source.git, commit, of=source, folder=folder)
        except InvalidRequestError:
            # Not every server gives out a commit by its name; all of it has that one too.
            everything = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
            _git("fetch", "--quiet", source.git, *everything, of=source, folder=folder)
        return _git("archive", "--format=tar", commit, of=source, folder=folder)


def _git(*arguments: str, of: GitSource, folder: Path | None = None) -> bytes:
    """Run git and give its output; of its errors the last line is worth telling."""
    env = os.environ | {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            [*_GIT, *arguments], cwd=folder, env=env, capture_output=True, timeout=_SECONDS,
            check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise InvalidRequestError(f"{of.git} did not answer within {_SECONDS} s") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise InvalidRequestError(f"git cannot fetch {of.ref} of {of.git}: {said[-1]}")
    return done.stdout


def _keep(content: bytes, place: Path) -> None:
    """Write *content* so that what is found at *place* is whole."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as unfinished:
        unfinished.write(content)
    Path(unfinished.name).rename(place)


def _files(tar: bytes, source: GitSource) -> dict[str, bytes]:
    """Read the plain files: links, hidden files and submodules are no part of a package."""
    top = PurePosixPath(source.folder or ".")
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        for member in filter(tarfile.TarInfo.isfile, archive):
            path = PurePosixPath(member.name)
            if not path.is_relative_to(top):
                continue
            inside = path.relative_to(top)
            content = archive.extractfile(member)
            if content and not any(part.startswith(".") for part in inside.parts):
                found[str(inside)] = content.read()
    if not found:
        raise InvalidRequestError(f"{source.git} has no files in '{top}' at {source.ref}")
    return found
