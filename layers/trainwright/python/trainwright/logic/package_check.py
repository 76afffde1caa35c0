"""Whether an algorithm's files are all they must be; the same rules offline and at registration."""

import ast
import re
from collections.abc import Iterator

from pydantic import ValidationError

from trainwright.errors import InvalidRequestError
from trainwright.logic.image_choice import Pushed, choose_image
from trainwright.logic.json_schema import compile_schema
from trainwright.logic.packaging import MANIFEST, Files
from trainwright.logic.packed_source import check_source
from trainwright.logic.yaml_text import read_yaml
from trainwright.models.images import Scope
from trainwright.models.manifest import AlgorithmManifest, Inference
from trainwright.models.message import Problem
from trainwright.models.smoke import SmokeTest

_INCLUDE = re.compile(r"^\s*(?:-r|-c|--requirement|--constraint)[\s=]+(\S+)", re.MULTILINE)


def check_package(
    name: str, files: Files, region: str, problems: list[Problem]
) -> AlgorithmManifest | None:
    """Read the manifest of *files*, found in a folder called *name*; add all that is wrong."""
    if (manifest := _manifest(files, problems)) is None:
        return None
    if manifest.name != name:
        message = f"must be '{name}', as the folder is called; is '{manifest.name}'"
        problems.append(Problem(field="name", message=message))
    for checked in (_entry_points, _smoke_tests, _images):
        problems.extend(checked(manifest, files, region))
    problems.extend(check_source(manifest, files))
    problems.extend(_requirements(files))
    return manifest


def _manifest(files: Files, problems: list[Problem]) -> AlgorithmManifest | None:
    if MANIFEST not in files:
        problems.append(Problem(field=MANIFEST, message=_missing_manifest(files)))
        return None
    try:
        return AlgorithmManifest.model_validate(read_yaml(files[MANIFEST].decode()))
    except ValidationError as error:
        problems.extend(Problem.from_validation(error))
    except UnicodeDecodeError as error:
        problems.append(Problem(field=MANIFEST, message=f"is not UTF-8: {error.reason}"))
    except InvalidRequestError as error:
        problems.append(Problem(field=MANIFEST, message=str(error)))
    return None


def _missing_manifest(files: Files) -> str:
    elsewhere = next((path for path in sorted(files) if path.endswith(f"/{MANIFEST}")), None)
    hint = f"; there is {elsewhere}: the files of one folder belong at the top" if elsewhere else ""
    return f"is missing{hint}"


def _entry_points(manifest: AlgorithmManifest, files: Files, _region: str) -> Iterator[Problem]:
    for part, section in (("train", manifest.train), ("infer", manifest.infer)):
        path = section.entry_point if section else None
        if path and (complaint := _script_complaint(path, files)):
            yield Problem(field=f"{part}.entry_point", message=complaint)


def _script_complaint(path: str, files: Files) -> str | None:
    if path not in files:
        return f"'{path}' is not in the folder"
    if not path.endswith(".py"):
        return f"'{path}' is no Python script"
    try:
        ast.parse(files[path])
    except SyntaxError as error:
        return f"'{path}' does not compile: line {error.lineno}: {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return f"'{path}' does not compile: {error}"
    return None


def _smoke_tests(manifest: AlgorithmManifest, files: Files, _region: str) -> Iterator[Problem]:
    infer = manifest.infer
    tests = infer.smoke_tests if infer else ()
    channels = manifest.train.channels if manifest.train else {}
    names = [test.name for test in tests]
    for number, test in enumerate(tests):
        complaints = _smoke_complaints(test, infer, files) if infer else ()
        for field, message in complaints:
            yield Problem(field=f"infer.smoke_tests.{number}.{field}", message=message)
        if test.rows and test.rows.channel not in channels:
            message = f"'{test.rows.channel}' is none of the channels {sorted(channels)}"
            yield Problem(field=f"infer.smoke_tests.{number}.rows.channel", message=message)
        if names.index(test.name) != number:
            message = f"'{test.name}' is the name of two tests"
            yield Problem(field=f"infer.smoke_tests.{number}.name", message=message)


def _smoke_complaints(test: SmokeTest, infer: Inference, files: Files) -> Iterator[tuple[str, str]]:
    if test.file and test.file not in files:
        yield "file", f"'{test.file}' is not in the folder"
    if test.content_type not in infer.content_types:
        yield "content_type", f"'{test.content_type}' is none of {list(infer.content_types)}"
    if test.accept not in infer.accepts:
        yield "accept", f"'{test.accept}' is none of {list(infer.accepts)}"
    try:
        compile_schema(test.expect.json_schema)
    except InvalidRequestError as error:
        yield "expect.json_schema", str(error)


def _images(manifest: AlgorithmManifest, _files: Files, region: str) -> Iterator[Problem]:
    """Look for the images of runs with the default instance types, which are the usual ones."""
    seen: set[str] = set()
    scopes: tuple[Scope, ...] = ("training", "inference")
    for scope in scopes:
        field = "framework" if manifest.framework_for(scope) else f"images.{scope}"
        try:
            default_image(manifest, scope, region, "", lambda name, _: name)
        except InvalidRequestError as error:
            if str(error) not in seen:
                seen.add(str(error))
                yield Problem(field=field, message=str(error))


def default_image(
    manifest: AlgorithmManifest, scope: Scope, region: str, url_suffix: str, pushed: Pushed
) -> str:
    """Give the image of a run with the default instance type, "" if the algorithm needs none."""
    section = manifest.train if scope == "training" else manifest.infer
    if section is None:
        return ""
    return choose_image(manifest, scope, section.instance_type, region, url_suffix, pushed)


def _requirements(files: Files) -> Iterator[Problem]:
    for path, content in files.items():
        if path.rpartition("/")[2] != "requirements.txt":
            continue
        folder = path.removesuffix("requirements.txt")
        for include in _INCLUDE.findall(content.decode(errors="replace")):
            if folder + include not in files:
                yield Problem(field=path, message=f"includes '{include}', which is not there")
