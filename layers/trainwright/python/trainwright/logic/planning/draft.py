"""A draft: all that the requests of a plan are made from, and the fields they share."""

import re
from typing import NamedTuple

from trainwright.logic.naming import endpoint_name, job_name
from trainwright.models.account import Account
from trainwright.models.algorithm import RegisteredAlgorithm
from trainwright.models.message import JsonObject
from trainwright.models.names import Tag
from trainwright.models.plan import RunRef
from trainwright.models.request import RunSettings
from trainwright.models.storage import S3Place

_LOCAL_STORAGE = re.compile(r"^ml\.(\w+d|g4dn|g5|g6e?|p4de?|p5e?n?|trn1n?|trn2)\.")


class Draft(NamedTuple):
    """All that the requests are made from; by now it is known to be right."""

    run: RunRef
    account: Account
    algorithm: RegisteredAlgorithm
    settings: RunSettings
    data: S3Place | None

    @property
    def job(self) -> str:
        """Name of the training job, the model and the endpoint configuration."""
        return job_name(self.account.stack, self.run)

    @property
    def endpoint(self) -> str:
        """Name of the endpoint and of the model package group."""
        return endpoint_name(self.account.stack, self.run.model)

    @property
    def output(self) -> str:
        """Where SageMaker puts what it trains."""
        return f"s3://{self.account.bucket}/models/{self.run.algorithm}/{self.run.model}/"

    @property
    def artifact(self) -> str:
        """The trained model, or the algorithm's own when there is nothing to train."""
        if self.algorithm.manifest.train is None:
            return self.algorithm.artifact
        return f"{self.output}{self.job}/output/model.tar.gz"

    @property
    def tags(self) -> list[Tag]:
        """The user's tags, and ours, which win."""
        ours = {
            "stack": self.account.stack,
            "model": self.run.model,
            "run": self.run.id,
            "algorithm": self.run.algorithm,
            "algorithm-version": self.algorithm.version,
        }
        if commit := self.algorithm.source_commit:
            ours["source-commit"] = commit
        merged = self.settings.tags | {f"trainwright:{key}": value for key, value in ours.items()}
        return [{"Key": key, "Value": value} for key, value in sorted(merged.items())]

    @property
    def vpc(self) -> JsonObject:
        """`VpcConfig`, when the stack has one."""
        groups, subnets = self.account.security_groups, self.account.subnets
        if not subnets:
            return {}
        return {"VpcConfig": {"SecurityGroupIds": list(groups), "Subnets": list(subnets)}}

    def kms(self, field: str, instance_type: str = "") -> JsonObject:
        """*field* with the stack's key, unless the instance encrypts its own disks.

        Source: VolumeKmsKeyId in SageMaker's API_ResourceConfig.
        """
        key = self.account.kms_key
        return {field: key} if key and not _LOCAL_STORAGE.match(instance_type) else {}
