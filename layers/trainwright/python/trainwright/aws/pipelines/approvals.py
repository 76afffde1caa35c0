"""What the model registry says of its versions."""

from trainwright.aws.clients import our_errors, sagemaker


class RegistryApprovals:
    """The approvals of model packages."""

    def decide(self, package: str, description: str, *, approved: bool) -> None:
        """Approve the version *package* (an ARN), or reject it."""
        with our_errors():
            sagemaker().update_model_package(
                ModelPackageArn=package,
                ModelApprovalStatus="Approved" if approved else "Rejected",
                ApprovalDescription=description,
            )
