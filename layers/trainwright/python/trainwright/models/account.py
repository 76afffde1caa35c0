"""Where a plan will be carried out: the facts of the stack that requests contain."""

from trainwright.models.message import Message


class Account(Message):
    """The stack's names, its role, and the options that reach every request with such a field."""

    stack: str
    partition: str
    url_suffix: str
    region: str
    account: str
    bucket: str
    role: str
    kms_key: str = ""
    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()

    def arn(self, kind: str, name: str) -> str:
        """ARN of the SageMaker resource *name* of *kind*, such as `training-job`."""
        return f"arn:{self.partition}:sagemaker:{self.region}:{self.account}:{kind}/{name}"
