"""A model's data as the model's role sees it when the model is created."""

from botocore.exceptions import ClientError

from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.models.containers import Container
from trainwright_local.sagemaker.roles import Role, RoleError, assume
from trainwright_local.sagemaker.storage import S3Uri, keys

MISSING = {"404", "NoSuchKey", "NoSuchBucket", "NotFound"}


def check_model_data(container: Container, context: Context) -> None:
    """Refuse model data that is not there, or that the role cannot read."""
    if container.model_data_url is None:
        return
    try:
        uri = S3Uri.parse(container.model_data_url)
        role = assume(context, container.role_arn)
        found = _is_there(role, uri, container)
    except ValueError as error:
        raise ValidationException(str(error)) from error
    except RoleError as error:
        raise ValidationException(_no_access(container, context)) from error
    except ClientError as error:
        if error.response["Error"]["Code"] not in MISSING:
            raise ValidationException(_no_access(container, context)) from error
        found = False
    if not found:
        raise ValidationException(f"Could not find model data at {container.model_data_url}.")


def _is_there(role: Role, uri: S3Uri, container: Container) -> bool:
    if container.multi_model:  # models may come later
        next(keys(role.s3, uri), None)
        return True
    if not container.compressed:
        return next(keys(role.s3, uri), None) is not None
    role.s3.head_object(Bucket=uri.bucket, Key=uri.key)
    return True


def _no_access(container: Container, context: Context) -> str:
    return (
        f'Could not access model data at {container.model_data_url}. Please ensure that the role "'
        f'{container.role_arn}" exists and that its trust relationship policy allows the action '
        '"sts:AssumeRole" for the service principal "sagemaker.amazonaws.com". Also ensure that '
        'the role has "s3:GetObject" permissions and that the object is located in '
        f"{context.region}."
    )
