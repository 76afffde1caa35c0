"""The steps of the state machine `deploy`: a generation of an endpoint comes, and one goes.

A *generation* is an endpoint configuration with its model. While a new one is tested, the previous
one stays, so that rolling back is one update; the loser of the test is removed.
"""

from trainwright.logic.ports import Callbacks, Endpoints, Journal, Models
from trainwright.logic.tasks import settle
from trainwright.models.account import Account
from trainwright.models.events import EndpointRolledBack
from trainwright.models.states import (
    CreateModelRequest,
    DeployEndpointRequest,
    EndpointOutcome,
    Generation,
    RemovedGeneration,
    RemoveGenerationRequest,
    RollBackRequest,
    SettledTask,
)
from trainwright.models.task import Task


def create_model(
    request: CreateModelRequest, *, models: Models, endpoints: Endpoints
) -> Generation:
    """Create the new generation, and note which one serves now."""
    deployment = request.deployment
    models.create(deployment.model, deployment.endpoint_config)
    return Generation(
        endpoint=deployment.endpoint,
        config=deployment.endpoint_config["EndpointConfigName"],
        previous=endpoints.serving(deployment.endpoint),
    )


def deploy_endpoint(
    request: DeployEndpointRequest, *, callbacks: Callbacks, account: Account
) -> SettledTask:
    """Create or update the endpoint; the token is answered when it serves the new generation."""
    generation = request.generation
    task = Task(
        resource=account.arn("endpoint", generation.endpoint),
        token=request.token,
        run=request.run,
        created=callbacks.now(),
        expects=generation.config,
        previous=generation.previous,
    )
    callbacks.tasks.put(task)
    if callbacks.endpoints.deploy(
        generation.endpoint, generation.config, request.tags, generation.previous
    ):
        return SettledTask(resource=task.resource, answered="still running")
    return settle(task.resource, callbacks)


def roll_back(request: RollBackRequest, *, callbacks: Callbacks, account: Account) -> SettledTask:
    """Go back to the previous generation; without one, to no endpoint at all."""
    endpoint, previous = request.generation.endpoint, request.generation.previous
    task = Task(
        resource=account.arn("endpoint", endpoint),
        token=request.token,
        run=request.run,
        created=callbacks.now(),
        expects=previous,
        previous=previous,
    )
    callbacks.tasks.put(task)
    if previous:
        if callbacks.endpoints.deploy(endpoint, previous, []):
            return SettledTask(resource=task.resource, answered="still running")
        return settle(task.resource, callbacks)
    callbacks.endpoints.delete(endpoint)
    outcome = EndpointOutcome(endpoint=endpoint, config="")
    callbacks.answers.succeed(task.token, outcome.model_dump())
    callbacks.tasks.remove(task)
    return SettledTask(resource=task.resource, answered="succeeded")


def remove_generation(
    request: RemoveGenerationRequest, *, models: Models, endpoints: Endpoints, journal: Journal
) -> RemovedGeneration:
    """Delete the loser, unless it serves; if it is a new generation, tell of the roll-back."""
    generation = request.generation
    loser = generation.previous if request.loser == "previous" else generation.config
    removed = () if _stays(request, loser, endpoints) else models.remove(loser)
    if request.loser == "new":
        event = EndpointRolledBack(
            endpoint=generation.endpoint, config=generation.previous, removed=loser
        )
        journal.write(request.run, event)
    return RemovedGeneration(config=loser if removed else "", models=removed)


def _stays(request: RemoveGenerationRequest, loser: str, endpoints: Endpoints) -> bool:
    """Tell whether *loser* serves, or was not made by a run: then it is not to be deleted."""
    generation = request.generation
    if not loser.startswith(f"{generation.endpoint}-") or generation.previous == generation.config:
        return True
    return request.loser == "unborn" and loser == endpoints.serving(generation.endpoint)
