"""The objects that a job reads, and where each result goes."""

from dataclasses import dataclass

from trainwright_local.sagemaker.jobs.inputs import listed, source_of
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.storage import S3Uri
from trainwright_local.sagemaker.store import Record


@dataclass(frozen=True)
class InputObject:
    """An object to be transformed, and the place of its result."""

    uri: S3Uri
    result: S3Uri

    @property
    def label(self) -> str:
        """As the data log calls it."""
        return f"{self.uri.bucket}/{self.uri.key}"


def objects_of(job: Record, role: Role) -> list[InputObject]:
    """List the objects of *job*; raises ClientError if there is none, or it cannot be known."""
    source = source_of(job["TransformInput"]["DataSource"]["S3DataSource"])
    target = S3Uri.parse(job["TransformOutput"]["S3OutputPath"])
    return [InputObject(uri, target.below(f"{path}.out")) for uri, path in listed(source, role)]
