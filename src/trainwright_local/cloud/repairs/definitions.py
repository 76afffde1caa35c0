"""State machine definitions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
"""

import json
from typing import Any

import yaml
from ministack.services.cloudformation import provisioners


def accept_yaml_definitions() -> None:
    """Take a definition from S3 in YAML too: `sam deploy` uploads the file as it is written.

    MiniStack keeps the text, and every execution fails with "Could not parse".
    """
    definition_of = provisioners._sfn_definition

    def definition_as_json(props: dict[str, Any]) -> str:
        definition: str = definition_of(props)
        try:
            json.loads(definition)
        except json.JSONDecodeError:
            return json.dumps(yaml.safe_load(definition))
        return definition

    provisioners._sfn_definition = definition_as_json
