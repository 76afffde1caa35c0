"""Which trust policies let SageMaker assume a role."""

from typing import Any

import pytest

from trainwright_local.sagemaker.roles import trusts_sagemaker

SAGEMAKER = "sagemaker.amazonaws.com"


def a_statement(**members: Any) -> dict[str, Any]:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": SAGEMAKER}}
    return {**trust, **members}


@pytest.mark.parametrize(
    "statement",
    [
        a_statement(),
        a_statement(Principal={"Service": ["lambda.amazonaws.com", SAGEMAKER]}),
        a_statement(Principal={"Service": "sagemaker.amazonaws.com.cn"}),
        a_statement(Action=["sts:AssumeRole", "sts:TagSession"]),
    ],
)
def test_these_do(statement: dict[str, Any]) -> None:
    assert trusts_sagemaker({"Statement": statement})
    assert trusts_sagemaker({"Statement": [a_statement(Principal={"AWS": "*"}), statement]})


@pytest.mark.parametrize(
    "statement",
    [
        a_statement(Principal={"Service": "lambda.amazonaws.com"}),
        a_statement(Principal={"AWS": "*"}),
        a_statement(Principal="*"),
        a_statement(Effect="Deny"),
        a_statement(Action="sts:AssumeRoleWithSAML"),
    ],
)
def test_these_do_not(statement: dict[str, Any]) -> None:
    assert not trusts_sagemaker({"Statement": [statement]})


def test_a_denial_is_stronger() -> None:
    assert not trusts_sagemaker({"Statement": [a_statement(), a_statement(Effect="Deny")]})
