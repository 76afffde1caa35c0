"""What requests for jobs of every kind are refused for, rather than ignored or failed later."""

from collections.abc import Iterator

from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.config import SageMakerConfig
from trainwright_local.sagemaker.containers.admission import refusal_of
from trainwright_local.sagemaker.roles import Role, RoleError, assume
from trainwright_local.sagemaker.storage import S3Uri, has_objects
from trainwright_local.sagemaker.store import Record


def given(members: Record, names: tuple[str, ...], where: str) -> Iterator[str]:
    """Name those of *names* that are among *members* although they would be ignored."""
    for name in names:
        if members.get(name):
            yield f"The local cloud does not emulate {where}{name}"


def s3_uri(text: str, where: str) -> Iterator[str]:
    """Say what is wrong with an S3 URI."""
    try:
        S3Uri.parse(text)
    except ValueError as error:
        yield f"{where}: {error}"


def image(uri: str, config: SageMakerConfig | None = None) -> Iterator[str]:
    """Say why an image cannot be run; with a *config*, one of scripts can."""
    if refusal := refusal_of(uri, config):
        yield refusal


def pipe(where: str) -> str:
    """Say what to use instead of Pipe mode."""
    return f"The local cloud does not emulate {where} Pipe; use File or FastFile"


def assumed(arn: str, context: Context) -> Role:
    """Return the role of a job, assumed; refuse the request if SageMaker may not assume it."""
    try:
        return assume(context, arn)
    except RoleError as error:
        raise ValidationException(str(error)) from error


def check_objects(prefix: S3Uri, role: Role) -> None:
    """Refuse the request if there is nothing below *prefix* that the role can see."""
    if not has_objects(role.s3, prefix):
        raise ValidationException(
            f'No S3 objects found under S3 URL "{prefix}" given in input data source. Please '
            f"ensure that the bucket exists in the selected region ({role.region}), that objects "
            f'exist under that S3 prefix, and that the role "{role.arn}" has "s3:ListBucket" '
            f'permissions on bucket "{prefix.bucket}".'
        )
