"""Registering an uploaded algorithm, with the bucket, the catalogue and the bus in memory."""

import io
import json
import tarfile
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.registration.builders import (
    ACCOUNT,
    Stack,
    a_manifest,
    a_package,
    uploaded,
)
from trainwright.logic.packaging import MAX_PACKED_BYTES, pack, version_of
from trainwright.logic.registration import register_algorithm
from trainwright.models.algorithm import RegisteredAlgorithm, Registration


@pytest.fixture
def stack() -> Stack:
    return Stack()


def test_a_sound_package_is_put_in_force(stack: Stack) -> None:
    key = stack.packages.add(a_package())
    folder = key.removesuffix("package.tar.gz")

    registration = stack.register(key)

    assert registration.accepted
    home = f"s3://demo-data/{folder}"
    image = "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
    assert stack.catalogue.parameters["median"] == {
        "source": f"{home}source/sourcedir.tar.gz",
        "artifact": f"{home}artifact/model.tar.gz",
        "industrialmodels": "s3://demo-data/models/median/",
        "training_image": image,
        "inference_image": image,
        "manifest": f"{home}algorithm.json",
    }
    assert list(stack.catalogue.parameters["median"])[-1] == "manifest"


def test_what_planning_reads_is_the_manifest_with_the_places_of_its_parts(stack: Stack) -> None:
    key = stack.packages.add(a_package())
    folder = key.removesuffix("package.tar.gz")

    stack.register(key)

    stored = RegisteredAlgorithm.model_validate_json(
        stack.packages.objects[f"{folder}algorithm.json"]
    )
    assert stored.manifest.name == "median"
    assert stored.version == version_of(a_package())
    assert stored.files == f"s3://demo-data/{folder}files/"
    assert stack.packages.objects[f"{folder}files/smoke/rows.csv"] == b"1,2\n3,4\n"


def test_the_source_has_the_scripts_at_its_root_and_the_artifact_below_code(stack: Stack) -> None:
    key = stack.packages.add(a_package())
    folder = key.removesuffix("package.tar.gz")

    stack.register(key)

    assert "train.py" in _names(stack.packages.objects[f"{folder}source/sourcedir.tar.gz"])
    assert "code/inference.py" in _names(stack.packages.objects[f"{folder}artifact/model.tar.gz"])


def _names(body: bytes) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        return archive.getnames()


def test_acceptance_is_written_beside_the_package_and_announced(stack: Stack) -> None:
    key = stack.packages.add(a_package())
    folder = key.removesuffix("package.tar.gz")

    registration = stack.register(key)

    written = stack.packages.objects[f"{folder}registration.json"]
    assert Registration.model_validate_json(written) == registration
    assert stack.announcements.published == [
        (
            "Algorithm Registered",
            {
                "metadata": {
                    "version": "1",
                    "algorithm": "median",
                    "algorithm_version": registration.version,
                    "stack": "demo",
                },
                "data": {
                    "manifest": f"s3://demo-data/{folder}algorithm.json",
                    "capabilities": ["train", "infer"],
                },
            },
        )
    ]


def test_a_refused_package_leaves_the_version_in_force(stack: Stack) -> None:
    stack.register(stack.packages.add(a_package()))
    before = dict(stack.catalogue.parameters)
    key = stack.packages.add(a_package(train_py=None))

    registration = stack.register(key)

    assert not registration.accepted
    assert stack.catalogue.parameters == before
    written = json.loads(stack.packages.objects[key.replace("package.tar.gz", "registration.json")])
    assert written["problems"] == [
        {"field": "train.entry_point", "message": "'train.py' is not in the folder"}
    ]
    assert stack.announcements.published[-1][0] == "Algorithm Refused"


def test_every_problem_is_in_one_registration(stack: Stack) -> None:
    manifest = a_manifest()
    manifest["name"] = "mean"
    manifest["framework"]["version"] = "7.7"
    manifest["infer"]["smoke_tests"][0]["accept"] = "image/png"

    registration = stack.register(stack.packages.add(a_package(manifest, inference_py=None)))

    assert [problem.field for problem in registration.problems] == [
        "name",
        "infer.entry_point",
        "infer.smoke_tests.0.accept",
        "framework",
        "framework",
    ]


def test_a_region_without_the_framework_is_a_problem(stack: Stack) -> None:
    key = stack.packages.add(a_package())

    registration = register_algorithm(
        uploaded(key),
        packages=stack.packages,
        catalogue=stack.catalogue,
        announcements=stack.announcements,
        account=ACCOUNT.model_copy(update={"region": "mars-north-1"}),
    )

    assert "in region 'mars-north-1'; known: af-south-1" in registration.problems[0].message


def test_a_version_that_is_not_its_contents_is_refused(stack: Stack) -> None:
    key = stack.packages.add_raw(stack.packages.objects[stack.packages.add(a_package())])

    registration = stack.register(key)

    content = version_of(a_package())
    assert [str(problem) for problem in registration.problems] == [
        f"version: must be {content} for this content, is '0123456789ab'"
    ]


@pytest.mark.parametrize(
    "key",
    [
        "algorithms/median/package.tar.gz",
        "algorithms/median/latest/package.tar.gz",
        "algorithms/median/0123456789ab/deeper/package.tar.gz",
    ],
)
def test_a_package_in_the_wrong_place_is_refused(stack: Stack, key: str) -> None:
    stack.packages.objects[key] = b""

    registration = stack.register(key)

    assert registration.problems[0].field == "key"
    assert stack.catalogue.parameters == {}


def test_a_name_that_is_none_is_refused(stack: Stack) -> None:
    registration = stack.register(stack.packages.add(a_package(), name="Median-1"))

    assert [problem.field for problem in registration.problems] == ["name", "name"]


def test_a_package_that_is_too_big_is_not_even_read(stack: Stack) -> None:
    registration = stack.register(stack.packages.add_raw(b"0" * (MAX_PACKED_BYTES + 1)))

    assert [str(problem) for problem in registration.problems] == ["package: is bigger than 20 MB"]


def test_an_empty_package_is_refused(stack: Stack) -> None:
    registration = stack.register(stack.packages.add({}))

    assert [str(problem) for problem in registration.problems] == ["algorithm.yaml: is missing"]
    assert stack.catalogue.parameters == {}


def test_registering_the_same_upload_twice_changes_nothing(stack: Stack) -> None:
    key = stack.packages.add(a_package())
    stack.register(key)
    before = dict(stack.packages.objects)

    assert stack.register(key).accepted
    assert stack.packages.objects == before


def test_an_event_that_comes_again_when_another_version_is_in_force_changes_nothing(
    stack: Stack,
) -> None:
    first, second = a_package(), a_package(train_py=b"print('mae=2.0')\n")
    stack.register(stack.packages.add(first))
    stack.catalogue.now += timedelta(hours=2)
    stack.register(stack.packages.add(second), stack.catalogue.now)
    before, told = dict(stack.packages.objects), len(stack.announcements.published)

    late = stack.register(stack.packages.add(first))

    assert "event: came late: another version was put in force" in str(late.problems[0])
    assert version_of(second) in stack.catalogue.parameters["median"]["manifest"]
    assert (stack.packages.objects, len(stack.announcements.published)) == (before, told)


def test_an_older_version_that_is_uploaded_later_is_put_in_force(stack: Stack) -> None:
    first, second = a_package(), a_package(train_py=b"print('mae=2.0')\n")
    for files in (first, second, first):
        stack.catalogue.now += timedelta(seconds=1)
        assert stack.register(stack.packages.add(files), stack.catalogue.now).accepted

    assert version_of(first) in stack.catalogue.parameters["median"]["manifest"]


def test_an_algorithm_that_is_only_served_has_no_training_image(stack: Stack) -> None:
    manifest = a_manifest()
    del manifest["train"]

    assert stack.register(stack.packages.add(a_package(manifest))).accepted
    assert "training_image" not in stack.catalogue.parameters["median"]


def test_an_algorithm_with_its_own_images_needs_no_framework(stack: Stack) -> None:
    manifest = a_manifest()
    del manifest["framework"]
    del manifest["train"]["entry_point"], manifest["infer"]["entry_point"]
    manifest["images"] = {"training": "me/train:1", "inference": "me/serve:1"}

    assert stack.register(stack.packages.add(a_package(manifest))).accepted
    assert stack.catalogue.parameters["median"]["inference_image"] == "me/serve:1"


def test_what_is_packed_from_a_folder_is_registered(stack: Stack, tmp_path: Path) -> None:
    folder = tmp_path / "median"
    for path, body in a_package().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(body)
    package = pack(folder)
    key = stack.packages.add_raw(package.body, package.version, package.name)

    assert stack.register(key).problems == ()
