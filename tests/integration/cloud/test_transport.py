"""How requests come, as policies see it."""

import json
import uuid

from botocore.exceptions import ClientError

from tests.integration.cloud.account import Account, allow


def test_a_bucket_that_insists_on_tls_can_be_read(repaired: Account, unrepaired: Account) -> None:
    def read(account: Account) -> str:
        s3, bucket = account.client("s3"), f"tls-{uuid.uuid4().hex[:8]}"
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key="key", Body=b"content")
        denial = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": f"arn:aws:s3:::{bucket}/*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        policy = {"Version": "2012-10-17", "Statement": [denial]}
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
        role = account.client("s3", account.role(allow("s3:GetObject")))
        try:
            return str(role.get_object(Bucket=bucket, Key="key")["Body"].read().decode())
        except ClientError as error:
            return error.response["Error"]["Code"]

    assert read(repaired) == "content"
    assert read(unrepaired) == "AccessDenied"
