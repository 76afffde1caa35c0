"""Versions of an algorithm in a running stack: kept, used by runs, and put in force again."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.integration.stack.stack import Stack
from tests.integration.stack.test_algorithms import a_copy, parameters
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import CliError, RefusedError
from trainwright_cli.versions import choose, go_back, kept_versions


def published(stack: Stack, folder: Path, comment: str) -> str:
    """Publish *folder* with another *comment* in it; give the version."""
    with (folder / "train.py").open("a") as script:
        script.write(f"# {comment}\n")
    registration = stack.publish(folder)
    assert registration["problems"] == []
    return str(registration["version"])


def test_a_rollback_puts_all_of_the_version_before_in_force_without_an_upload(
    stack: Stack, commands: Cloud, tmp_path: Path
) -> None:
    folder = a_copy(tmp_path, "undone")
    first = published(stack, folder, "one")
    before = parameters(stack, "undone")
    second = published(stack, folder, "two")

    answer = go_back(commands, "undone", choose(commands, "undone", None))

    assert (answer.version, answer.problems) == (first, ())
    assert parameters(stack, "undone") == before
    assert [kept.version for kept in kept_versions(commands, "undone")] == [first, second]
    assert [kept.in_force for kept in kept_versions(commands, "undone")] == [True, False]
    assert choose(commands, "undone", None) == second


def test_a_run_uses_and_tells_the_version_that_was_put_in_force_again(
    stack: Stack, commands: Cloud, tmp_path: Path
) -> None:
    folder = a_copy(tmp_path, "redone")
    first = published(stack, folder, "one")
    published(stack, folder, "two")
    go_back(commands, "redone", choose(commands, "redone", first[:6]))

    run = stack.upload("again", algorithm="redone", endpoint={"deploy": False})

    assert run.end() == "SUCCEEDED"
    assert f'"algorithm_version": "{first}"' in run.record()["Run Started"]
    job = stack.client("sagemaker").describe_training_job(TrainingJobName=run.job)
    source = job["HyperParameters"]["sagemaker_submit_directory"]
    assert f"/redone/{first}/source/" in source


def test_a_version_that_was_refused_or_never_was_is_not_gone_back_to(
    stack: Stack, commands: Cloud, tmp_path: Path
) -> None:
    folder = a_copy(tmp_path, "strict")
    good = published(stack, folder, "one")
    before = parameters(stack, "strict")
    (folder / "train.py").unlink()
    bad = stack.publish(folder)["version"]

    with pytest.raises(RefusedError, match=r"'train\.py' is not in the folder"):
        choose(commands, "strict", bad)
    with pytest.raises(CliError, match="'ffffffffffff' is no version of 'strict'"):
        choose(commands, "strict", "ffffffffffff")
    with pytest.raises(CliError, match="no other version of 'strict' was in force before"):
        choose(commands, "strict", None)
    with pytest.raises(CliError, match="the stack has no version of 'nobody'"):
        choose(commands, "nobody", None)

    assert parameters(stack, "strict") == before
    assert choose(commands, "strict", good) == good


def test_a_rollback_and_a_publication_at_once_leave_one_version_in_force(
    stack: Stack, commands: Cloud, tmp_path: Path
) -> None:
    folder = a_copy(tmp_path, "contested")
    first = published(stack, folder, "one")
    published(stack, folder, "two")
    for attempt in range(3):
        with ThreadPoolExecutor() as both:
            back = both.submit(_go_back_if_it_can, commands, first)
            forth = both.submit(published, stack, folder, str(attempt))
        back.result()

        found = parameters(stack, "contested")

        versions = {found[part].split("/")[5] for part in ("source", "artifact", "manifest")}
        assert len(versions) == 1
        assert versions <= {first, forth.result()}


def _go_back_if_it_can(commands: Cloud, version: str) -> None:
    """Go back, or be told that the other one came right after."""
    try:
        go_back(commands, "contested", version)
    except CliError as error:
        assert "was registered right after it" in str(error)  # noqa: PT017 - it need not be raised
