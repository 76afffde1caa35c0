"""Pushing: what is where already, what is refused, what is recorded."""

import hashlib
import json
from pathlib import Path

import boto3
import pytest
import urllib3

from tests.unit.cli.checkouts import make_checkout
from tests.unit.cli.memory_registry import MemoryRegistry
from trainwright_cli.errors import CliError
from trainwright_cli.images.building import Target
from trainwright_cli.images.engines import Engine
from trainwright_cli.images.folders import folder_of
from trainwright_cli.images.pushing import Ecr, PlainRegistry, ensure
from trainwright_cli.images.records import Records, write_file
from trainwright_cli.images.registry import Pushed, Registry
from trainwright_cli.images.repositories import Account, lifecycle_policy, repository_policy
from trainwright_cli.images.scripts import MANIFEST_TYPE, scripts_image

OCI = "application/vnd.oci.image.manifest.v1+json"


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> MemoryRegistry:
    memory = MemoryRegistry()
    monkeypatch.setattr(urllib3, "request", memory.request)
    return memory


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return Target(folder_of(make_checkout(tmp_path), "faces"), "cpu")


def test_an_image_of_scripts_is_in_the_registry_once_it_is_pushed(
    registry: MemoryRegistry, target: Target
) -> None:
    place = PlainRegistry("127.0.0.1:5000", "shop")

    uri = ensure(place, None, target, place.repository("faces"))

    image = scripts_image(target.folder, "cpu")
    digest = "sha256:" + hashlib.sha256(image.manifest).hexdigest()
    assert uri == f"127.0.0.1:5000/shop-faces@{digest}"
    assert registry.manifests == {target.scripts_tag: (MANIFEST_TYPE, image.manifest)}
    assert registry.hosts == {"127.0.0.1:5000"}


def test_what_is_there_already_is_not_pushed_again(
    registry: MemoryRegistry, target: Target
) -> None:
    place = PlainRegistry("127.0.0.1:5000", "shop")
    uri = ensure(place, None, target, "shop-faces")
    registry.asked.clear()

    assert ensure(place, None, target, "shop-faces") == uri
    assert registry.asked == [("HEAD", f"/v2/shop-faces/manifests/{target.scripts_tag}")]


def test_a_registry_that_says_no_is_quoted(
    registry: MemoryRegistry, monkeypatch: pytest.MonkeyPatch, target: Target
) -> None:
    monkeypatch.setattr(registry, "answer", lambda *_: (403, {}, b"no credentials"))

    with pytest.raises(CliError, match="answered 403: no credentials"):
        Registry("http://127.0.0.1:5000").push(
            "x", "1", scripts_image(target.folder, target.variant)
        )


class MemoryDestination:
    """A place for images that keeps what it is given, in one format."""

    def __init__(self, media_type: str = MANIFEST_TYPE) -> None:
        self.images: dict[tuple[str, str], Pushed] = {}
        self.media_type = media_type

    def repository(self, name: str) -> str:
        return name

    def find(self, repository: str, tag: str) -> Pushed | None:
        return self.images.get((repository, tag))

    def uri(self, repository: str, digest: str) -> str:
        return f"{repository}@{digest}"

    def foreign_repository(self, _: str) -> None:
        pass

    def push(self, _: Engine | None, __: Target, repository: str, tag: str) -> None:
        self.images[repository, tag] = Pushed("sha256:1", self.media_type)


def test_an_image_in_a_format_that_sagemaker_refuses_is_not_recorded(target: Target) -> None:
    with pytest.raises(CliError, match=r"oci\.image.*SageMaker does not take"):
        ensure(MemoryDestination(OCI), Engine("docker"), target, "faces")


def test_an_engine_pushes_the_image_and_not_the_scripts(target: Target) -> None:
    place = MemoryDestination()

    ensure(place, Engine("podman"), target, "faces")

    assert list(place.images) == [("faces", target.tag)]


@pytest.mark.usefixtures("aws")
def test_a_repository_that_is_not_the_stack_s_is_made_if_need_be_and_left_as_it_is() -> None:
    client = boto3.client("ecr", region_name="us-east-1")
    client.create_repository(repositoryName="theirs", imageTagMutability="IMMUTABLE")
    ecr = Ecr(boto3.Session(region_name="us-east-1"), "shop")

    for name in ("theirs", "new", "new"):
        ecr.foreign_repository(name)

    found = client.describe_repositories()["repositories"]
    assert {it["repositoryName"]: it["imageTagMutability"] for it in found} == {
        "theirs": "IMMUTABLE",
        "new": "MUTABLE",
    }


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [
        ("eu-west-1", "aws", "amazonaws" + ".com"),
        ("cn-northwest-1", "aws-cn", "amazonaws" + ".com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws" + ".com"),
    ],
)
def test_the_registry_is_that_of_the_partition(region: str, partition: str, suffix: str) -> None:
    account = Account("123456789012", region)

    assert account.registry == f"123456789012.dkr.ecr.{region}.{suffix}"
    policy = repository_policy(account, "shop")
    assert f"arn:{partition}:iam::123456789012:role/shop-*" in json.dumps(policy)


@pytest.mark.usefixtures("aws")
def test_a_repository_is_closed_scanned_and_tidied() -> None:
    session = boto3.Session(region_name="us-east-1")

    for _ in range(2):  # the second time it is there
        repository = Ecr(session, "shop").repository("faces")

    ecr = session.client("ecr")
    (found,) = ecr.describe_repositories(repositoryNames=[repository])["repositories"]
    assert found["imageTagMutability"] == "IMMUTABLE"
    assert found["imageScanningConfiguration"] == {"scanOnPush": True}
    policy = json.loads(ecr.get_repository_policy(repositoryName=repository)["policyText"])
    (statement,) = policy["Statement"]
    assert statement["Action"] == [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
    ]
    assert statement["Condition"]["ArnLike"] == {
        "aws:PrincipalArn": "arn:aws:iam::123456789012:role/shop-*"
    }
    tidied = ecr.get_lifecycle_policy(repositoryName=repository)["lifecyclePolicyText"]
    assert json.loads(tidied) == lifecycle_policy()


@pytest.mark.usefixtures("aws")
def test_aws_gets_no_image_without_an_engine(target: Target) -> None:
    ecr = Ecr(boto3.Session(region_name="us-east-1"), "shop")

    with pytest.raises(CliError, match="AWS needs docker, podman or buildah"):
        ensure(ecr, None, target, ecr.repository("faces"))


@pytest.mark.usefixtures("aws")
def test_records_say_which_image_is_in_force() -> None:
    records = Records(boto3.client("ssm", region_name="us-east-1"), "shop")

    records.put("faces", "cpu", "old")
    records.put("faces", "cpu", "a@sha256:1")
    records.put("faces", "gpu", "a@sha256:2")
    Records(boto3.client("ssm", region_name="us-east-1"), "other").put("faces", "cpu", "b")

    assert records.all() == {("faces", "cpu"): "a@sha256:1", ("faces", "gpu"): "a@sha256:2"}


def test_the_file_keeps_what_it_says_of_other_images(tmp_path: Path) -> None:
    path = tmp_path / "images.json"

    write_file(path, {("faces", "cpu"): "a", ("faces", "gpu"): "b"})
    write_file(path, {("faces", "cpu"): "c", ("bodies", "cpu"): "d"})

    assert json.loads(path.read_text()) == {
        "faces": {"cpu": "c", "gpu": "b"},
        "bodies": {"cpu": "d"},
    }
