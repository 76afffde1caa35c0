"""How S3 encrypts what is put into it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
"""

import uuid
from collections.abc import Mapping

from ministack.core.responses import get_account_id, get_region
from ministack.services import s3

ALGORITHM = "x-amz-server-side-encryption"
KEY_ID = "x-amz-server-side-encryption-aws-kms-key-id"

type Headers = Mapping[str, str]
type Resolved = tuple[dict[str, str] | None, tuple[int, dict[str, str], bytes] | None]


def encrypt_with_the_key_of_the_account() -> None:
    """Let `aws:kms` without a key mean the key that AWS manages for S3 in every account.

    MiniStack refuses such a write. The SageMaker SDK sends every script in one.
    """
    resolve = s3._resolve_sse_write_headers

    def resolve_sse_write_headers(headers: Headers, bucket_name: str) -> Resolved:
        if headers.get(ALGORITHM) == "aws:kms" and not headers.get(KEY_ID):
            headers = {**headers, KEY_ID: _managed_key()}
        resolved: Resolved = resolve(headers, bucket_name)
        return resolved

    s3._resolve_sse_write_headers = resolve_sse_write_headers


def _managed_key() -> str:
    """Return the ARN of a key that is always the same one in an account and region."""
    where = f"{get_region()}:{get_account_id()}"
    return f"arn:aws:kms:{where}:key/{uuid.uuid5(uuid.NAMESPACE_URL, f'{where}:alias/aws/s3')}"
