"""Objects encrypted with KMS."""

import uuid

from botocore.exceptions import ClientError

from tests.integration.cloud.account import Account


def test_kms_without_a_key_means_the_key_of_the_account(
    repaired: Account, unrepaired: Account
) -> None:
    def key_of_a_write(account: Account) -> str:
        s3, bucket = account.client("s3"), f"kms-{uuid.uuid4().hex[:8]}"
        s3.create_bucket(Bucket=bucket)
        try:
            s3.put_object(Bucket=bucket, Key="a", Body=b"a", ServerSideEncryption="aws:kms")
        except ClientError as error:
            return error.response["Error"]["Code"]
        return str(s3.head_object(Bucket=bucket, Key="a")["SSEKMSKeyId"])

    key = key_of_a_write(repaired)
    assert key.startswith("arn:aws:kms:us-east-1:000000000000:key/")
    assert key_of_a_write(repaired) == key
    assert key_of_a_write(unrepaired) == "InvalidArgument"
