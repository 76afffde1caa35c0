"""YAML that users write: safe, every key once, and no aliases."""

from typing import Any

import yaml
from yaml.constructor import ConstructorError
from yaml.nodes import MappingNode, Node

from trainwright.errors import InvalidRequestError


class _StrictLoader(yaml.SafeLoader):
    """Refuses what YAML would pass over in silence, and what a few bytes could blow up."""

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:  # noqa: ANN401 - a key
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise ConstructorError(None, None, "aliases (*name) are not supported", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: MappingNode, *args: Any, **kwargs: Any) -> dict[Any, Any]:  # noqa: ANN401 - as the base has them
        seen: set[object] = set()
        for key, _ in node.value:
            name = self.construct_object(key, deep=True)
            if isinstance(name, str) and name in seen:
                raise ConstructorError(
                    None, None, f"the key '{name}' is there twice", key.start_mark
                )
            if isinstance(name, str):
                seen.add(name)
        return super().construct_mapping(node, *args, **kwargs)


def read_yaml(text: str) -> Any:  # noqa: ANN401 - whatever the user wrote
    """Parse *text*; an InvalidRequestError names the line and the column of what is wrong."""
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - it is a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise InvalidRequestError(f"is no YAML: {place}{error.problem}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InvalidRequestError(f"is no YAML: {' '.join(str(error).split())}") from error
