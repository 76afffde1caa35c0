"""What requests and variables of the containers may say; it needs none of their packages."""

import sys
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
import yaml

from tools.make_schemas import ROOT
from trainwright_cli.images.building import written
from trainwright_cli.images.folders import folder_of
from trainwright_cli.images.scripts import program_files

OLD_NAMES = {
    "ssd_512_resnet50_v1_coco": 512,
    "yolo3_darknet53_coco": 416,
    "yolo3_mobilenet1.0_coco": 416,
    "faster_rcnn_fpn_resnet101_v1d_coco": 600,
}


def module_of(container: str, name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Import a module of a container as it is in the image."""
    with written(program_files(folder_of(ROOT, container))) as program:
        monkeypatch.syspath_prepend(str(program / "code"))
        for known in (name, "refusals"):
            monkeypatch.delitem(sys.modules, known, raising=False)
        yield import_module(name)
        for known in (name, "refusals"):
            sys.modules.pop(known, None)


@pytest.fixture
def detectors(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    yield from module_of("body_detection", "detectors", monkeypatch)


@pytest.fixture
def seeds(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    yield from module_of("stylegan", "seeds", monkeypatch)


@pytest.mark.parametrize(
    ("name", "size"), [*OLD_NAMES.items(), ("own", 300), (None, 300), ("", 300)]
)
def test_every_name_of_a_detector_means_a_size(detectors: Any, name: str | None, size: int) -> None:
    own = {"own": detectors.Choice(300, str), "other": detectors.Choice(200, list)}

    choice = detectors.choose(name, own, default="own")

    assert (choice.short_size, choice.make) == (size, str)


def test_a_detector_that_there_is_not_is_refused_with_those_there_are(detectors: Any) -> None:
    with pytest.raises(ValueError, match="no detector 'yolo9'; there are: own, ssd_512"):
        detectors.choose("yolo9", {"own": detectors.Choice(300, str)}, default="own")


def test_the_pairs_of_older_clients_are_accepted() -> None:
    """faces.py needs packages of its own, so its text is read."""
    text = (ROOT / "containers/face_comparison/code/faces.py").read_text()
    notes = yaml.safe_load((ROOT / "containers/face_comparison/algorithm.yaml").read_text())[
        "notes"
    ]

    for pair in (
        "retinaface_mnet025_v2+LResNet100E-IR",
        "retinaface_mnet025_v2+MobileFaceNet",
        "retinaface_r50_v1+MobileFaceNet",
    ):
        assert f'"{pair}",' in text
        assert any(pair in note for note in notes)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("9,206", [9, 206]),
        ("1-4", [1, 2, 3, 4]),
        ("7, 10-12", [7, 10, 11, 12]),
        (5, [5]),
    ],
)
def test_seeds_are_numbers_and_ranges(seeds: Any, text: object, found: list[int]) -> None:
    assert seeds.numbers(text, "seeds") == found


@pytest.mark.parametrize("text", ["", "a", "4-1", "1-", "-3", "0-64", "4294967296", True, None, []])
def test_other_seeds_are_refused(seeds: Any, text: object) -> None:
    with pytest.raises(seeds.RequestError, match="'seeds'"):
        seeds.numbers(text, "seeds")


def test_a_request_for_pictures_says_the_rest_by_itself(seeds: Any) -> None:
    request = seeds.read_request('{"inputs": {"seeds": "9"}}', layers=6, classes=["cat", "dog"])

    assert request == seeds.Request([9], [], [], [], 1.0, "const", 0, "")


def test_a_request_may_mix_styles(seeds: Any) -> None:
    inputs = (
        '{"inputs": {"rows": "1-2", "cols": "5", "styles": "0-1", "trunc": "0.5", "class": "dog"}}'
    )

    request = seeds.read_request(inputs, layers=6, classes=["cat", "dog"])

    assert (request.rows, request.columns, request.styles) == ([1, 2], [5], [0, 1])
    assert (request.truncation, request.label) == (0.5, 1)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ('{"rows": "1", "cols": "2", "styles": "6"}', "'styles' are numbers from 0 to 5"),
        ('{"rows": "1-9", "cols": "1-9"}', "81 pictures; 64 are the most"),
        ('{"seeds": "1", "trunc": "much"}', "'trunc' must be a number"),
        ('{"seeds": "1", "trunc": NaN}', "'trunc' must be a number"),
        ('{"seeds": "1", "noise-mode": "loud"}', "'noise-mode' must be one of"),
        ('{"seeds": "1", "class": "cat"}', "without classes"),
        ('{"seeds": "1", "output_s3uri": "/tmp"}', "'output_s3uri' must be like s3://"),
    ],
)
def test_a_wrong_request_for_pictures_is_refused(seeds: Any, inputs: str, message: str) -> None:
    with pytest.raises(seeds.RequestError, match=message) as refused:
        seeds.read_request(f'{{"inputs": {inputs}}}', layers=6, classes=[])

    assert refused.value.status_code == 400
