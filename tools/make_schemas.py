"""Write the JSON Schemas that others rely on, and a sample beside each event's, from the models."""

import ast
import inspect
import json
import sys
import textwrap
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.json_schema import GenerateJsonSchema

from tools import event_samples
from trainwright.models import algorithm_events, events, inbound
from trainwright.models.algorithm_events import AlgorithmMetadata
from trainwright.models.events import EventData, Metadata
from trainwright.models.manifest import AlgorithmManifest
from trainwright.models.message import JsonObject
from trainwright.models.pipelines import events as pipeline_events
from trainwright.models.pipelines.document import PipelineFile
from trainwright.models.pipelines.events import PipelineMetadata
from trainwright.models.pipelines.inbound import ApprovalGiven, PipelineRequested
from trainwright.models.request import RunRequest, RunSettings

ROOT = Path(__file__).resolve().parent.parent
DIALECT = "https://json-schema.org/draft/2020-12/schema"

HEARD: dict[str, type[BaseModel]] = {
    "object-created": inbound.ObjectCreated,
    "run-requested": inbound.RunRequested,
    "pipeline-requested": PipelineRequested,
    "approval-given": ApprovalGiven,
    "sagemaker-training-job-state-change": inbound.SageMakerStatusChanged,
    "sagemaker-endpoint-state-change": inbound.SageMakerStatusChanged,
    "sagemaker-model-package-state-change": inbound.SageMakerStatusChanged,
    "step-functions-execution-status-change": inbound.ExecutionEnded,
}
"""The model that reads each event that is sent to us, by its folder's name."""


class _Envelope(BaseModel):
    """What EventBridge puts around every event."""

    model_config = ConfigDict(extra="allow")

    version: str
    id: str
    account: str
    time: str
    region: str
    resources: list[str]


class _Schema(GenerateJsonSchema):
    """Schemas for people: no made-up titles, and the docstring of a field as its description."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002 - pydantic's
        return False

    def field_is_required(self, field: Any, total: bool) -> bool:  # noqa: ANN401 - as above
        # What we write has every field, also those that would have a default.
        return self.mode == "serialization" or super().field_is_required(field, total)

    def model_schema(self, schema: Any) -> JsonObject:  # noqa: ANN401 - pydantic's
        found = super().model_schema(schema)
        for name, text in _field_docstrings(schema["cls"]).items():
            found.get("properties", {}).get(name, {}).setdefault("description", text)
        return found


def _field_docstrings(model: type[BaseModel]) -> dict[str, str]:
    """Read the docstrings below the fields of *model* and of its bases."""
    texts: dict[str, str] = {}
    for cls in reversed(model.__mro__):
        if not issubclass(cls, BaseModel) or not cls.__module__.startswith("trainwright."):
            continue
        (definition,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
        assert isinstance(definition, ast.ClassDef)
        for field, text in zip(definition.body, definition.body[1:], strict=False):
            match field, text:
                case ast.AnnAssign(ast.Name(name)), ast.Expr(ast.Constant(str(value))):
                    texts[name] = " ".join(value.split())
    return texts


def schema_of(
    model: type[BaseModel], mode: Literal["validation", "serialization"] = "validation"
) -> JsonObject:
    """Give the schema of *model* as others read (`serialization`) or write it."""
    return {"$schema": DIALECT, **model.model_json_schema(schema_generator=_Schema, mode=mode)}


def published_schema(data: type[EventData], metadata: type[BaseModel]) -> JsonObject:
    """Give the schema of the whole event that carries *data*."""
    detail = create_model(
        f"{data.__name__}Detail",
        __config__=ConfigDict(extra="forbid"),
        metadata=(metadata, ...),
        data=(data, ...),
    )
    event = _event(data.detail_type, events.SOURCE, data, detail)
    return schema_of(event, "serialization")


def heard_schema(name: str) -> JsonObject:
    """Give the schema of what we read of the event *name*."""
    sample, model = event_samples.heard()[name], HEARD[name]
    detail = model.model_fields.get("detail")
    read: Any = RunRequest if model is inbound.RunRequested else detail and detail.annotation
    return schema_of(_event(sample["detail-type"], sample["source"], model, read))


def _event(detail_type: str, source: str, told: type[BaseModel], detail: Any) -> type[BaseModel]:  # noqa: ANN401 - a type, or None for any
    return create_model(
        detail_type,
        __base__=_Envelope,
        __doc__=inspect.cleandoc(told.__doc__ or ""),
        detail_type=(Literal[detail_type], Field(alias="detail-type")),
        source=(Literal[source], ...),
        detail=(detail or dict[str, Any], ...),
    )


def folder_of(detail_type: str) -> str:
    """Name the folder of an event of ours."""
    return detail_type.lower().replace(" ", "-")


def files() -> dict[str, JsonObject]:
    """Give the content of every generated file by its path."""
    found = {
        "algorithms/algorithm.schema.json": schema_of(AlgorithmManifest),
        "docs/run.schema.json": schema_of(RunSettings),
        "docs/pipeline.schema.json": schema_of(PipelineFile),
    }
    ours: list[tuple[type[EventData], type[BaseModel]]] = [
        *((data, Metadata) for data in events.PUBLISHED),
        *((data, AlgorithmMetadata) for data in algorithm_events.PUBLISHED),
        *((data, PipelineMetadata) for data in pipeline_events.PUBLISHED),
    ]
    for data, metadata in ours:
        folder = f"events/{folder_of(data.detail_type)}"
        found[f"{folder}/schema.json"] = published_schema(data, metadata)
    for sample in event_samples.published():
        found[f"events/{folder_of(sample['detail-type'])}/sample.json"] = sample
    for name, sample in event_samples.heard().items():
        found[f"events/{name}/schema.json"] = heard_schema(name)
        found[f"events/{name}/sample.json"] = sample
    return found


def text_of(content: JsonObject) -> str:
    """Write *content* as it is committed."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write every file where it is committed."""
    for path, content in files().items():
        target = ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text_of(content), encoding="utf-8")
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
