"""ECR's repositories: one for each container, closed to all but those who have to read it."""

import json
from typing import TYPE_CHECKING, NamedTuple

import botocore.session

if TYPE_CHECKING:
    from mypy_boto3_ecr import ECRClient

KEPT_IMAGES = 50
DAYS_UNTAGGED = 14
PULLING = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


class Account(NamedTuple):
    """Whose repositories, and where."""

    account: str
    region: str

    @property
    def partition(self) -> str:
        """`aws`, `aws-cn` ..."""
        partition: str = botocore.session.get_session().get_partition_for_region(self.region)
        return partition

    @property
    def registry(self) -> str:
        """The host of the account's registry; each partition has its own domain."""
        partitions = botocore.session.get_session().get_data("partitions")["partitions"]
        (found,) = (known for known in partitions if known["id"] == self.partition)
        return f"{self.account}.dkr.ecr.{self.region}.{found['outputs']['dnsSuffix']}"


def ensure_repository(ecr: "ECRClient", account: Account, stack: str, name: str) -> str:
    """Create the repository of container *name*, or put its policies right; return its name."""
    repository = f"{stack}-{name}"
    try:
        ecr.create_repository(
            repositoryName=repository,
            imageTagMutability="IMMUTABLE",
            imageScanningConfiguration={"scanOnPush": True},
            tags=[{"Key": "trainwright:stack", "Value": stack}],
        )
    except ecr.exceptions.RepositoryAlreadyExistsException:
        ecr.put_image_tag_mutability(repositoryName=repository, imageTagMutability="IMMUTABLE")
        ecr.put_image_scanning_configuration(
            repositoryName=repository, imageScanningConfiguration={"scanOnPush": True}
        )
    ecr.put_lifecycle_policy(
        repositoryName=repository, lifecyclePolicyText=json.dumps(lifecycle_policy())
    )
    ecr.set_repository_policy(
        repositoryName=repository, policyText=json.dumps(repository_policy(account, stack))
    )
    return repository


def repository_policy(account: Account, stack: str) -> dict[str, object]:
    """Let the roles of the stack, and only those, pull; nobody gets to push by this policy."""
    root = f"arn:{account.partition}:iam::{account.account}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "TheStackPulls",
                "Effect": "Allow",
                "Principal": {"AWS": f"{root}:root"},
                "Action": list(PULLING),
                "Condition": {"ArnLike": {"aws:PrincipalArn": f"{root}:role/{stack}-*"}},
            }
        ],
    }


def lifecycle_policy() -> dict[str, object]:
    """Forget what has lost its tag, and the oldest of many images."""
    rules = (
        {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days"}
        | {"countNumber": DAYS_UNTAGGED},
        {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": KEPT_IMAGES},
    )
    return {
        "rules": [
            {"rulePriority": number, "selection": selection, "action": {"type": "expire"}}
            for number, selection in enumerate(rules, 1)
        ]
    }
