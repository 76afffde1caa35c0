"""What an image is built from, and how its content names it."""

from pathlib import Path

import pytest

from tests.unit.cli.checkouts import make_checkout
from trainwright_cli import publishing
from trainwright_cli.errors import CliError
from trainwright_cli.images.building import Target, targets, written
from trainwright_cli.images.folders import folder_of, in_order, names
from trainwright_cli.images.scripts import PYTHON_LABEL, program_files, scripts_image


def test_a_folder_gives_its_own_files_and_those_copied_from_elsewhere(tmp_path: Path) -> None:
    base = folder_of(make_checkout(tmp_path), "base")

    assert sorted(base.files) == [
        "Dockerfile",
        "program/bin/train",
        "program/server/app.py",
        "requirements.txt",
    ]


def test_a_folder_is_known_by_its_name(tmp_path: Path) -> None:
    root = make_checkout(tmp_path)

    assert names(root) == ["base", "faces"]
    with pytest.raises(CliError, match=r"no container 'bodies'.* there are: base, faces"):
        folder_of(root, "bodies")


def test_what_is_built_on_comes_first_and_once(tmp_path: Path) -> None:
    root = make_checkout(tmp_path)
    both = [folder_of(root, "faces"), folder_of(root, "base"), folder_of(root, "faces")]

    assert [folder.name for folder in in_order(both)] == ["base", "faces"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('title: T\npython: "3.11"\nvariants: [cpu]\n', "needs either 'base' or an image"),
        ("title: T\npython: three\nbase: base\n", "python: String should match"),
        ('title: T\npython: "3.11"\nbase: base\nfiles: {a: ../../secret}\n', "a path inside"),
        ('title: T\npython: "3.11"\nbase: base\nvariant: [cpu]\n', "variant: Extra inputs"),
        ('title: T\npython: "3.11"\nbase: base\nvariants: [tpu]\n', "'cpu' or 'gpu'"),
    ],
)
def test_a_wrong_specification_is_refused_with_what_is_wrong(
    tmp_path: Path, text: str, complaint: str
) -> None:
    root = make_checkout(tmp_path)
    (root / "containers/faces/container.yaml").write_text(text)

    with pytest.raises(CliError) as refused:
        folder_of(root, "faces")

    assert "containers/faces/container.yaml" in str(refused.value)
    assert complaint in str(refused.value)


def test_a_file_that_is_not_there_is_missed_at_once(tmp_path: Path) -> None:
    root = make_checkout(tmp_path)
    (root / "shared/server/app.py").unlink()
    (root / "shared/server").rmdir()

    with pytest.raises(CliError, match="there is no file shared/server"):
        _ = folder_of(root, "base").files


@pytest.mark.parametrize(
    "changed",
    ["containers/faces/code/train.py", "containers/base/Dockerfile", "shared/server/app.py"],
)
def test_the_version_changes_with_all_that_the_image_is_built_from(
    tmp_path: Path, changed: str
) -> None:
    before = folder_of(make_checkout(tmp_path / "a"), "faces").version
    root = make_checkout(tmp_path / "b", **{changed: "# another\n"})

    assert folder_of(root, "faces").version != before


@pytest.mark.parametrize("changed", ["containers/faces/README.md"])
def test_the_version_stays_when_only_words_about_it_change(tmp_path: Path, changed: str) -> None:
    before = folder_of(make_checkout(tmp_path / "a"), "faces").version
    root = make_checkout(tmp_path / "b", **{changed: "Other words.\n"})

    assert folder_of(root, "faces").version == before


def test_there_is_an_image_for_each_processor_but_gpus_are_in_one_kind_of_machine(
    tmp_path: Path,
) -> None:
    faces = folder_of(make_checkout(tmp_path), "faces")

    found = targets([faces], ["cpu", "gpu"], ["linux/amd64", "linux/arm64"])

    assert [(target.folder.name, target.processor) for target in found] == [
        ("base", "cpu"),
        ("base", "arm64"),
        ("base", "gpu"),
        ("faces", "cpu"),
        ("faces", "arm64"),
        ("faces", "gpu"),
    ]
    assert len({target.tag for target in found if target.folder.name == "faces"}) == 3


def test_the_build_context_is_the_files_with_programs_that_can_be_run(tmp_path: Path) -> None:
    base = folder_of(make_checkout(tmp_path), "base")

    with written(base.files) as context:
        assert (context / "program/bin/train").stat().st_mode & 0o777 == 0o755
        assert (context / "Dockerfile").stat().st_mode & 0o777 == 0o644
        assert (context / "program/server/app.py").read_text() == "SERVER = 1\n"
    assert not context.exists()


def test_the_scripts_of_an_image_include_those_of_its_base_and_both_requirements(
    tmp_path: Path,
) -> None:
    files = program_files(folder_of(make_checkout(tmp_path), "faces"))

    assert sorted(files) == ["bin/train", "code/train.py", "requirements.txt", "server/app.py"]
    assert files["requirements.txt"] == b"uvicorn==1\ntorch==2\n"


def test_an_image_of_scripts_is_the_same_whenever_it_is_made(tmp_path: Path) -> None:
    one = scripts_image(folder_of(make_checkout(tmp_path / "a"), "faces"), "cpu")
    other = scripts_image(folder_of(make_checkout(tmp_path / "b"), "faces"), "cpu")

    assert one.manifest == other.manifest
    assert f'"{PYTHON_LABEL}":"3.11"'.encode() in one.config
    gpu = scripts_image(folder_of(tmp_path / "a", "faces"), "gpu")
    assert (gpu.layer, gpu.manifest == one.manifest) == (one.layer, False)


def test_an_image_is_tagged_by_its_content_and_its_scripts_apart(tmp_path: Path) -> None:
    target = Target(folder_of(make_checkout(tmp_path), "faces"), "gpu")

    assert target.tag == f"{target.folder.version}-gpu"
    assert target.image("shop") == f"shop-faces:{target.tag}"
    assert target.scripts_tag == f"{target.tag}-scripts"


def test_what_brings_its_own_image_is_published_with_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_checkout(tmp_path)
    for name in ("algorithms/trees", "containers/faces"):
        (root / name).mkdir(parents=True, exist_ok=True)
        (root / name / "algorithm.yaml").write_text("name: any\n")
    monkeypatch.chdir(root / "shared")

    assert [folder.name for folder in publishing.all_folders()] == ["faces", "trees"]
    assert publishing.folders(["faces"]) == [root / "containers" / "faces"]
