"""S3 and SSM, against moto."""

import boto3
import pytest

from tests.builders import an_algorithm
from trainwright.aws.catalogue import SsmCatalogue
from trainwright.aws.files import S3Files, S3Packages
from trainwright.models.storage import S3Place, StoredObject

BUCKET = "demo-bucket"


@pytest.fixture(autouse=True)
def bucket(aws: None) -> None:
    """Create the bucket."""
    boto3.client("s3").create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )


def place(key: str) -> S3Place:
    """Return *key* in the bucket."""
    return S3Place(bucket=BUCKET, key=key)


def test_a_written_object_is_read_whole_or_by_its_first_lines() -> None:
    files = S3Files()
    files.write(place("rows.csv"), b"a\r\n1\n2\n", "text/csv")

    assert files.read(place("rows.csv")) == b"a\r\n1\n2\n"
    assert files.head(place("rows.csv"), lines=2) == b"a\n1\n"
    assert files.head(place("rows.csv"), lines=9) == b"a\n1\n2\n"
    assert files.text(place("rows.csv")) == "a\r\n1\n2\n"


def test_an_object_that_is_not_there_has_no_text() -> None:
    assert S3Files().text(place("run.yaml")) is None


def test_awkward_keys_are_listed_as_they_are() -> None:
    files = S3Files()
    keys = ["d/a b.csv", "d/a+b.csv", "d/x%2Fy.csv", "d/größe.csv"]
    for key in keys:
        files.write(place(key), b"1", "text/csv")

    found = list(files.objects(place("d/")))

    assert found == [StoredObject(key, 1) for key in sorted(keys)]


def test_a_package_above_the_limit_is_not_read() -> None:
    packages = S3Packages(BUCKET, S3Files())
    packages.put("p.tar.gz", b"12345")

    assert packages.get("p.tar.gz", 5) == b"12345"
    assert packages.get("p.tar.gz", 4) is None


def test_what_is_put_in_force_is_found() -> None:
    files, algorithm = S3Files(), an_algorithm()
    files.write(place("algorithm.json"), algorithm.model_dump_json().encode(), "application/json")
    catalogue = SsmCatalogue("demo")

    assert catalogue.find("boosting") is None
    catalogue.put("boosting", {"source": "s3://x", "manifest": f"s3://{BUCKET}/algorithm.json"})

    assert catalogue.find("boosting") == algorithm


def test_an_image_that_a_new_version_has_no_more_goes() -> None:
    catalogue, ssm = SsmCatalogue("demo"), boto3.client("ssm")
    catalogue.put("boosting", {"training_image": "repo@sha256:1", "manifest": "s3://b/1"})
    catalogue.put("boosting", {"manifest": "s3://b/2"})

    found = ssm.get_parameters_by_path(Path="/demo/algorithms/boosting")["Parameters"]

    assert {p["Name"]: p["Value"] for p in found} == {
        "/demo/algorithms/boosting/manifest": "s3://b/2"
    }


def test_the_image_of_a_container_is_the_one_recorded_for_the_processor() -> None:
    boto3.client("ssm").put_parameter(Name="/demo/images/faces/gpu", Value="a/b:1", Type="String")

    assert SsmCatalogue("demo").image("faces", "gpu") == "a/b:1"
    assert SsmCatalogue("demo").image("faces", "cpu") is None


def test_an_image_that_an_algorithm_has_no_more_goes() -> None:
    catalogue, root = SsmCatalogue("demo"), "/demo/algorithms/boosting"
    catalogue.put("boosting", {"training_image": "a/b:1", "manifest": "s3://b/1"})

    catalogue.put("boosting", {"inference_image": "a/b:2", "manifest": "s3://b/2"})

    found = boto3.client("ssm").get_parameters_by_path(Path=root, Recursive=True)["Parameters"]
    assert {item["Name"]: item["Value"] for item in found} == {
        f"{root}/inference_image": "a/b:2",
        f"{root}/manifest": "s3://b/2",
    }
