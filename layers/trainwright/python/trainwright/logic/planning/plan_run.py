"""Planning: look at every part, then build every request, or refuse with every problem."""

from typing import NamedTuple

from trainwright.errors import InvalidRequestError
from trainwright.logic.image_choice import choose_image
from trainwright.logic.naming import MAX_NAME
from trainwright.logic.planning.capabilities import check_capabilities
from trainwright.logic.planning.channels import FoundChannels, find_channels
from trainwright.logic.planning.draft import Draft
from trainwright.logic.planning.hyperparameters import merge_hyperparameters
from trainwright.logic.planning.location import Location, locate_upload, settings_beside
from trainwright.logic.planning.ports import Algorithms, DataSets
from trainwright.logic.planning.serving import (
    container,
    endpoint_config_request,
    model_request,
    registry_plan,
    request_queue,
    serving_instance,
)
from trainwright.logic.planning.settings import read_request, read_settings
from trainwright.logic.planning.smoke import plan_smoke_tests
from trainwright.logic.planning.training import training_plan
from trainwright.models.account import Account
from trainwright.models.algorithm import RegisteredAlgorithm
from trainwright.models.gate import Gate
from trainwright.models.images import Scope
from trainwright.models.manifest import Inference, Training
from trainwright.models.message import Problem
from trainwright.models.plan import (
    DeployPlan,
    PlannedRun,
    RegistryPlan,
    RunPlan,
    RunRef,
    TrainingPlan,
)
from trainwright.models.request import RunSettings
from trainwright.models.states import PlanRunRequest

_NO_DATA = (
    "is required, since the algorithm is trained: an S3 prefix with a folder for each channel"
)


def plan_run(
    request: PlanRunRequest, *, algorithms: Algorithms, data_sets: DataSets, account: Account
) -> PlannedRun:
    """Plan the run that *request* asks for; a plan comes only without problems."""
    problems: list[Problem] = []
    location, settings = _asked(request, data_sets, problems)
    run = RunRef(id=request.run, model=location.model, algorithm=location.algorithm)
    algorithm = _find(location.algorithm, algorithms, problems)
    plan = None
    if algorithm:
        _check_length(run, account, problems)
        draft = Draft(run, account, algorithm, settings, location.data)
        problems.extend(check_capabilities(draft, data_sets))
        plan = _Planner(draft, data_sets, algorithms, problems).plan()
    return PlannedRun(run=run, data=location.data, plan=plan, problems=tuple(problems))


def _asked(
    request: PlanRunRequest, data_sets: DataSets, problems: list[Problem]
) -> tuple[Location, RunSettings]:
    if request.upload:
        location = locate_upload(request.upload, problems)
        beside = settings_beside(location.data) if location.data else None
        text = data_sets.text(beside) if beside and not problems else None
        return location, read_settings(text, problems)
    return read_request(request.request or {}, problems)


def _find(name: str, algorithms: Algorithms, problems: list[Problem]) -> RegisteredAlgorithm | None:
    if any(problem.field in {"key", "algorithm"} for problem in problems):
        return None
    if (found := algorithms.find(name)) is None:
        message = f"'{name}' is not registered; `trainwright publish {name}` does that"
        problems.append(Problem(field="algorithm", message=message))
    return found


def _check_length(run: RunRef, account: Account, problems: list[Problem]) -> None:
    excess = len(f"{account.stack}-{run.id}") - MAX_NAME
    if excess > 0:
        message = (
            f"'{run.model}' is {excess} characters too long: SageMaker's names have at most "
            f"{MAX_NAME}, and ours begin with the stack's, '{account.stack}'"
        )
        problems.append(Problem(field="model", message=message))


class _Planner(NamedTuple):
    draft: Draft
    data_sets: DataSets
    algorithms: Algorithms
    problems: list[Problem]

    def plan(self) -> RunPlan | None:
        """Look at every part; build the plan only if nothing is wrong with any."""
        manifest = self.draft.algorithm.manifest
        channels = self._channels(manifest.train)
        registry, deployment = self._serving(manifest.infer, channels)
        gate = self._gate(manifest.train)
        training = self._training(manifest.train, channels)
        if self.problems:
            return None
        return RunPlan(
            run=self.draft.run,
            algorithm=self.draft.run.algorithm,
            algorithm_version=self.draft.algorithm.version,
            model=self.draft.run.model,
            data=self.draft.data,
            gate=gate,
            training=training,
            registry=registry if manifest.train else None,
            deployment=deployment,
        )

    def _channels(self, train: Training | None) -> FoundChannels:
        if train is None:
            return {}
        if (data := self.draft.data) is None:
            if not any(problem.field == "data" for problem in self.problems):
                self.problems.append(Problem(field="data", message=_NO_DATA))
            return {}
        return find_channels(train.channels, data, self.data_sets.objects(data), self.problems)

    def _training(self, train: Training | None, channels: FoundChannels) -> TrainingPlan | None:
        if train is None:
            return None
        given = self.draft.settings.hyperparameters
        hyperparameters = merge_hyperparameters(train.hyperparameters, given, self.problems)
        instance_type = self.draft.settings.training.instance_type or train.instance_type
        image = self._image("training", instance_type)
        return training_plan(self.draft, train, image, hyperparameters, sorted(channels))

    def _gate(self, train: Training | None) -> Gate | None:
        if train is None:
            return None
        settings = self.draft.settings
        gate = settings.gate if "gate" in settings.model_fields_set else train.gate
        known = [metric.name for metric in train.metrics]
        if gate and gate.metric not in known:
            message = f"is none of {', '.join(known) or 'no metrics at all'}, is {gate.metric!r}"
            self.problems.append(Problem(field="gate.metric", message=message))
        return gate

    def _serving(
        self, infer: Inference | None, channels: FoundChannels
    ) -> tuple[RegistryPlan | None, DeployPlan | None]:
        if infer is None:
            return None, None
        draft, endpoint = self.draft, self.draft.settings.endpoint
        serving = container(draft, infer, self._image("inference", serving_instance(draft, infer)))
        tests = infer.smoke_tests if endpoint.smoke_tests is None else endpoint.smoke_tests
        deployment = DeployPlan(
            run=draft.run,
            endpoint=draft.endpoint,
            model=model_request(draft, serving),
            endpoint_config=endpoint_config_request(draft, infer),
            tags=draft.tags,
            smoke_tests=plan_smoke_tests(
                tests, draft.algorithm, channels, request_queue(draft, infer), self.problems
            ),
        )
        return registry_plan(draft, infer, serving), deployment if endpoint.deploy else None

    def _image(self, scope: Scope, instance_type: str) -> str:
        manifest, account = self.draft.algorithm.manifest, self.draft.account
        where, pushed = (account.region, account.url_suffix), self.algorithms.image
        try:
            return choose_image(manifest, scope, instance_type, *where, pushed)
        except InvalidRequestError as error:
            field = "framework" if manifest.framework_for(scope) else f"images.{scope}"
            self.problems.append(Problem(field=field, message=str(error)))
            return ""
