"""What framework images carry, by repository and version."""

import pytest

from trainwright.logic.images import images_of, known_frameworks
from trainwright_local.sagemaker import images
from trainwright_local.sagemaker.images import Image, UnknownImageError, image_of

URI = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3"
TENSORFLOW = "763104351884.dkr.ecr.us-east-1.amazonaws.com/tensorflow-inference"


def carried(uri: str, package: str) -> str:
    names = (text.partition(" ")[0].partition("==") for text in image_of(uri).packages)
    return next(version for name, _, version in names if name == package)


@pytest.mark.parametrize(
    "image", images.emulated_images(), ids=lambda image: f"{image.repository}-{image.python}"
)
def test_no_image_takes_a_build_for_gpus(image: Image) -> None:
    packages = [package.partition("==") for package in (*image.packages, *image.fixed)]
    names = [name for name, _, version in packages if "!= 'linux'" not in version]

    assert not {"tensorflow", "xgboost", "mxnet-cu112"} & set(names)
    if "torch" in names:
        assert image.fixed[0] == "torch==2.13.0+cpu ; sys_platform == 'linux'"


@pytest.mark.parametrize(
    ("repository", "sentence"),
    [
        ("sagemaker-rl-mxnet", r"its Coach of 2019 installs on no Python .* gymnasium instead"),
        ("sagemaker-sparkml-serving", r"serves MLeap bundles .* a script and pyspark instead"),
    ],
)
def test_an_image_that_cannot_be_stood_in_for_says_why(repository: str, sentence: str) -> None:
    with pytest.raises(UnknownImageError, match=sentence):
        image_of(f"520713654638.dkr.ecr.eu-west-1.amazonaws.com/{repository}:1")


def test_every_image_of_aws_is_stood_in_for_or_refused_with_a_reason() -> None:
    table = images._table()
    rows = (image.image for name in known_frameworks() for image in images_of(name))
    repositories = {image.partition(":")[0] for image in rows}
    accelerated = {name for name in repositories if "neuron" in name}

    assert repositories - accelerated <= {*table["image"], *table["refused"]}


@pytest.mark.parametrize(
    "uri", [URI, "sagemaker-scikit-learn", "127.0.0.1:5000/sagemaker-scikit-learn@sha256:00"]
)
def test_an_image_is_known_by_its_repository(uri: str) -> None:
    assert image_of(uri).repository == "sagemaker-scikit-learn"


def test_every_image_carries_what_the_model_server_runs_under() -> None:
    assert any(package.startswith("uvicorn==") for package in image_of(URI).packages)


@pytest.mark.parametrize("uri", ["registry/sagemaker-cobol:1", "sagemaker-scikit-learn-2:1", ""])
def test_an_unknown_image_is_refused_with_the_known_ones(uri: str) -> None:
    with pytest.raises(UnknownImageError, match=r"knows the repositories: .*sagemaker-scikit"):
        image_of(uri)


@pytest.mark.parametrize("tag", [":2.11.0-cpu-py39", ":2.9", ":2.15.0-gpu-py310@sha256:00"])
def test_an_image_before_keras_3_has_keras_2(tag: str) -> None:
    image = image_of(TENSORFLOW + tag)

    assert carried(TENSORFLOW + tag, "keras").startswith("2.")
    assert carried(TENSORFLOW + tag, "tensorflow-cpu").startswith("2.15.")
    assert image.contract == "tensorflow"


@pytest.mark.parametrize("tag", [":2.16.1-cpu", ":2.19", ":3.0", ":latest", "", "@sha256:2.11"])
def test_an_image_of_a_later_version_or_of_none_is_the_newest(tag: str) -> None:
    assert carried(TENSORFLOW + tag, "keras").startswith("3.")
    assert image_of(TENSORFLOW + tag) == image_of(TENSORFLOW)


@pytest.mark.parametrize("framework", ["pytorch-inference", "huggingface-pytorch-training"])
def test_torch_loads_whole_models_as_it_did_up_to_2_5(framework: str) -> None:
    assert "torch_load" in image_of(f"{framework}:2.5.1-cpu-py311").stand_ins
    assert "torch_load" not in image_of(f"{framework}:2.6.0-cpu-py312").stand_ins
