"""What the cache of a stack would do for a plan, which may not even be published yet."""

import hashlib
from collections.abc import Mapping

from trainwright.aws.pipelines.cache import DynamoStepCache
from trainwright.aws.pipelines.images import EcrDigests
from trainwright.aws.pipelines.models import SageMakerModels
from trainwright.aws.pipelines.objects import S3Objects
from trainwright.logic.pipelines.running.caching import Listing, Memory
from trainwright.logic.pipelines.running.predicting import Prediction, predict
from trainwright.models.account import Account
from trainwright.models.pipelines.plan import PipelinePlan
from trainwright.models.pipelines.stored import Listed
from trainwright_cli import aws_errors
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import NoStackError
from trainwright_cli.pipelines.bundling import Bundled
from trainwright_cli.pipelines.stack import PipelineStack


def reachable_stack(cloud: Cloud, *, named: bool) -> tuple[PipelineStack | None, list[str]]:
    """Give the stack if the local cloud has it or it was *named*; if not, say why not.

    AWS is asked only about a stack that somebody named.
    """
    if not (named or cloud.is_local):
        return None, []
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - takes long

    try:
        return PipelineStack.of(cloud), []
    except NoStackError as error:
        reason = str(error)
    except (BotoCoreError, ClientError) as error:
        if (said := aws_errors.explain(error)) is None:
            raise
        reason = said
    return None, [f"No cache was looked into: {reason}"] if named else []


def predict_with(
    cloud: Cloud, stack: PipelineStack, account: Account, plan: PipelinePlan, bundled: Bundled
) -> dict[str, Prediction]:
    """Look in the cache of *stack* for the steps of *plan*; changes nothing."""
    return predict(plan, memory_of(cloud, stack, account, bundled))


def memory_of(cloud: Cloud, stack: PipelineStack, account: Account, bundled: Bundled) -> Memory:
    """Give what the stack remembers, as if *bundled* had been published to it."""
    objects = S3Objects(lambda: cloud.s3)
    return Memory(
        store=_WithParts(objects, uploads_of(bundled, account.bucket)),
        cache=DynamoStepCache(stack.cache_table, lambda: cloud.dynamodb),
        images=EcrDigests(account.account, lambda: cloud.ecr),
        models=SageMakerModels(lambda: cloud.sagemaker),
    )


def uploads_of(bundled: Bundled, bucket: str) -> dict[str, str]:
    """Give the ETag that each part of a bundle will have, by the URI that it will be at."""
    root = f"s3://{bucket}/pipelines/{bundled.bundle.name}"
    return {
        f"{root}/{part.key}": hashlib.md5(part.body, usedforsecurity=False).hexdigest()
        for part in bundled.parts
    }


class _WithParts:
    """Objects of a stack, and those that publishing would add to them."""

    def __init__(self, there: Listing, uploads: Mapping[str, str]) -> None:
        self._there, self._uploads = there, uploads

    def listing(self, uri: str) -> list[Listed]:
        """List the objects at or below *uri*."""
        found = self._there.listing(uri)
        if not found and (etag := self._uploads.get(uri)):
            return [Listed(uri, "", etag)]
        return found
