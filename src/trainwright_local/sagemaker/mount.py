"""The seam to MiniStack: its table of services, its request scope, its EventBridge."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ministack import app
from ministack.core.concurrency import run_reentrant
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.core.router import SERVICE_PATTERNS
from ministack.services import cloudwatch, eventbridge

from trainwright_local.sagemaker.api.schema import HttpRequest
from trainwright_local.sagemaker.config import SageMakerConfig
from trainwright_local.sagemaker.events import SOURCE, Event
from trainwright_local.sagemaker.measurements import NAMESPACE, Measurement
from trainwright_local.sagemaker.service import SageMakerService

type Answer = tuple[int, dict[str, str], bytes]


def install(config: SageMakerConfig) -> SageMakerService:
    """Mount a service in MiniStack, to be called before that serves; it starts with it."""
    service = SageMakerService(config, publish_in_ministack, record_in_ministack)
    mount(service)
    return service


def mount(service: SageMakerService) -> None:
    """Let MiniStack route SageMaker's requests to *service*."""

    async def handle_request(
        method: str, path: str, headers: Mapping[str, str], body: bytes, _query: Mapping[str, Any]
    ) -> Answer:
        request = HttpRequest(method, path, headers, body)
        # On a thread of its own: an operation may call back into the cloud (STS, S3) and wait.
        response = await run_reentrant(
            service.respond, request, get_account_id(), get_region(), thread_name="sagemaker"
        )
        # In lower case, as MiniStack gives any JSON under `Content-Type` the type of the API, and
        # what a model answers is not the API's.
        lower = {name.lower(): value for name, value in response.headers.items()}
        assert response.stream is None  # streams are answered by `front`
        return response.status, lower, response.body

    async def when_ready() -> None:
        await run_reentrant(service.start, thread_name="sagemaker-start")
        await run_scripts()

    app.SERVICE_HANDLERS["sagemaker"] = handle_request
    SERVICE_PATTERNS["sagemaker"] = {
        "target_prefixes": ["SageMaker"],
        "host_patterns": [r"api\.sagemaker\.", r"runtime\.sagemaker\."],
    }
    # What MiniStack does last when it starts, its persisted state loaded: rules can see our events.
    run_scripts, app._run_ready_scripts = app._run_ready_scripts, when_ready  # noqa: SLF001


def publish_in_ministack(event: Event) -> None:
    """Put *event* on the default bus as AWS's own services do, whose source callers cannot use."""
    entry = {
        "Source": SOURCE,
        "DetailType": event.detail_type,
        "Detail": json.dumps(event.detail),
        "Resources": list(event.resources),
    }
    with request_scope(event.account, event.region):
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)  # noqa: SLF001


def record_in_ministack(account: str, region: str, measurements: Sequence[Measurement]) -> None:
    """Put *measurements* into CloudWatch, and let the alarms see them."""
    data = [
        {
            "MetricName": one.metric,
            "Unit": one.unit,
            "Dimensions": [
                {"Name": name, "Value": value} for name, value in one.dimensions.items()
            ],
            "Values": list(one.counts),
            "Counts": list(one.counts.values()),
        }
        for one in measurements
    ]
    with request_scope(account, region):
        cloudwatch._put_metric_data(  # noqa: SLF001
            {}, {"Namespace": NAMESPACE, "MetricData": data}, is_cbor=False, is_json=True
        )
