"""How often a policy is read: as often as it changes."""

import json

import pytest
from ministack.core import iam_evaluator
from ministack.core.iam_evaluator import ParsedStatement, parse_policy_document

from trainwright_local.cloud.repairs import permissions

POLICY = '{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "%s"}}'


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is read as JSON, of the documents that are asked about."""
    found: list[str] = []
    loads = json.loads

    def load(text: str) -> object:
        found.append(text)
        return loads(text)

    monkeypatch.setattr(iam_evaluator.json, "loads", load)
    # The repair stays in place for the test only.
    monkeypatch.setattr(iam_evaluator, "parse_policy_document", parse_policy_document)
    return found


def resources(document: str) -> list[str]:
    statements: list[ParsedStatement] = iam_evaluator.parse_policy_document(document)
    return [resource for statement in statements for resource in statement.resources]


def test_a_policy_is_read_once(readings: list[str]) -> None:
    old, new = POLICY % "old", POLICY % "new"
    assert [resources(old), resources(old)] == [["old"], ["old"]]
    assert readings == [old, old]

    permissions.read_each_policy_once()

    readings.clear()
    assert [resources(old), resources(new), resources(old)] == [["old"], ["new"], ["old"]]
    assert readings == [old, new]
