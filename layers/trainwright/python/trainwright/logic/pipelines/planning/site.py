"""Where a run will take place: what every request of it has in common."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from trainwright.models.account import Account
from trainwright.models.message import JsonObject, Problem
from trainwright.models.names import Tag
from trainwright.models.pipelines.definition import DefinedStep, Definition

QUEUE_SECONDS = 7200
"""For capacity, start and upload, on top of a job's own time limit."""


class Site(NamedTuple):
    """The stack, the run, and where the local files that the pipeline names have gone."""

    account: Account
    definition: Definition
    run: str
    parameters: Mapping[str, Any]
    staged: Mapping[str, str]
    problems: list[Problem]
    steps: Mapping[str, DefinedStep]
    """Those of the definition by name."""

    @property
    def role(self) -> str:
        """The role of every job."""
        return self.definition.network.role or self.account.role

    @property
    def vpc(self) -> JsonObject:
        """`VpcConfig` of every request that has one; nothing without a network."""
        network = self.definition.network
        subnets = network.subnets or self.account.subnets
        groups = network.security_groups_id or self.account.security_groups
        if not subnets or not groups:
            return {}
        return {"VpcConfig": {"Subnets": list(subnets), "SecurityGroupIds": list(groups)}}

    def kms(self, field: str) -> JsonObject:
        """Give the field that names the key, if there is one."""
        key = self.definition.network.kms_key or self.account.kms_key
        return {field: key} if key else {}

    def place(self, step: str, path: str) -> str:
        """Give the S3 URI of something that *step* writes in this run."""
        bucket = self.definition.bucket or self.account.bucket
        return f"s3://{bucket}/pipelines/{self.definition.name}/runs/{self.run}/{step}/{path}"

    def tags(self, step: DefinedStep, own: Mapping[str, str]) -> list[Tag]:
        """Give the tags of a resource that *step* makes."""
        ours = {
            "trainwright:stack": self.account.stack,
            "trainwright:pipeline": self.definition.name,
            "trainwright:run": self.run,
            "trainwright:step": step.name,
        }
        base = getattr(step.section, "base_job_name", "")
        named = {"trainwright:base-job-name": base} if base else {}
        return [{"Key": key, "Value": value} for key, value in (ours | named | dict(own)).items()]

    def report(self, step: DefinedStep, message: str) -> None:
        """Add a problem of *step*."""
        self.problems.append(Problem(field=f"step {step.name}", message=message))

    def wait(self, step: DefinedStep, limit: object) -> int:
        """Give how long a job with this time limit is waited for, queues included."""
        if not isinstance(limit, int):
            self.report(step, f"its time limit must be known before the run; found {limit!r}")
            return QUEUE_SECONDS
        return limit + QUEUE_SECONDS

    def staged_at(self, step: DefinedStep, path: str) -> str:
        """Give where the local *path* is in S3; one that was not published is a problem."""
        if path.startswith(("s3://", "{%")):
            return path
        if (uri := self.staged.get(path)) is None:
            self.report(step, f"'{path}' is not in S3: publish it with the pipeline")
            return f"s3://{self.account.bucket}/unpublished/{path}"
        return uri


class Draft(NamedTuple):
    """What a planner gives: the request, and what must be done before it is sent."""

    operation: str
    request: JsonObject
    wait_seconds: int
    gathered: tuple[JsonObject, ...] = ()
    repack: JsonObject | None = None
    stands_for: JsonObject = {}
