"""What is kept of pipelines in the data bucket."""

import json

from pydantic import ValidationError

from trainwright.aws.pipelines.objects import S3Objects
from trainwright.errors import InvalidRequestError
from trainwright.models.pipelines.bundle import Bundle, PublishedFile
from trainwright.models.pipelines.plan import PipelinePlan, PipelineRef

ROOT = "pipelines"
BUNDLE = "pipeline.json"
FILE = "conf.yaml"


class S3Pipelines:
    """The folder `pipelines/` of *bucket*."""

    def __init__(self, bucket: str, objects: S3Objects) -> None:
        self._bucket = bucket
        self._objects = objects

    def bundle(self, name: str) -> Bundle | None:
        """Give what was published: the bundle, or a bare `conf.yaml` that somebody uploaded.

        Raises InvalidRequestError for a bundle that is none.
        """
        if (body := self._objects.read(self._uri(name, BUNDLE))) is not None:
            return _read(body, self._uri(name, BUNDLE))
        if (body := self._objects.read(self._uri(name, FILE))) is not None:
            text = body.decode("utf-8", errors="replace")
            return Bundle(name=name, files=(PublishedFile(name=FILE, text=text),))
        return None

    def plan(self, ref: PipelineRef) -> PipelinePlan:
        """Give the plan of a run."""
        body = self._objects.read(self._run_uri(ref, "plan.json"))
        return PipelinePlan.model_validate_json(body or b"null")

    def keep_plan(self, plan: PipelinePlan) -> None:
        """Keep the plan of a run."""
        body = json.dumps(plan.model_dump(mode="json")).encode()
        self._objects.write(self._run_uri(plan.ref, "plan.json"), body, "application/json")

    def report(self, ref: PipelineRef) -> str:
        """Give the S3 URI of the run's page."""
        return self._run_uri(ref, "report.html")

    def _run_uri(self, ref: PipelineRef, path: str) -> str:
        return self._uri(ref.pipeline, f"runs/{ref.run}/{path}")

    def _uri(self, name: str, path: str) -> str:
        return f"s3://{self._bucket}/{ROOT}/{name}/{path}"


def _read(body: bytes, uri: str) -> Bundle:
    try:
        return Bundle.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        raise InvalidRequestError(
            f"{uri} is not what `trainwright pipelines publish` writes: {where}: {first['msg']}"
        ) from error
