"""The chapters of the demo, in their order."""

from dataclasses import dataclass
from pathlib import Path

from trainwright.errors import GateNotMetError
from trainwright.logic.naming import endpoint_name
from trainwright_cli import endpoints, packages, publishing
from trainwright_cli.cloud_access import Cloud, Target
from trainwright_cli.commands.doctor import line_of
from trainwright_cli.demo.deployment import SamCli
from trainwright_cli.demo.predictions import Examination, examine
from trainwright_cli.demo.story import Story
from trainwright_cli.errors import CliError, ExitCode
from trainwright_cli.live.follow import follow
from trainwright_cli.starting import start
from trainwright_local.cloud import doctor, lifecycle
from trainwright_local.cloud.record import CloudInfo

ALGORITHM, MODEL, DATA = "sklearn_tabular", "breast-cancer", "breast_cancer"
GOOD_ENOUGH = 0.9
"""Accuracy below which the predictions would not be worth showing."""


@dataclass(frozen=True)
class Stage:
    """Where the demo plays: the *checkout*, the cloud, and where it keeps its state."""

    checkout: Path
    state: Path
    cloud: Cloud

    @property
    def model(self) -> str:
        """The model's name."""
        return MODEL

    @property
    def endpoint(self) -> str:
        """The endpoint's name."""
        return endpoint_name(self.cloud.stack_name, MODEL)

    def data(self, name: str) -> Path:
        """Find the example data set *name*."""
        return self.checkout / "examples" / DATA / name


def look_at_machine(story: Story, state: Path, port: int) -> None:
    """Check what is quick to check; whatever lacks ends the demo with what to do about it."""
    story.chapter("This machine")
    checks = [] if lifecycle.status(state) else doctor.needs_of_up(state, port)
    checks = [*checks, doctor.package_index()]
    for check in checks:
        story.console.print(line_of(check), soft_wrap=True)
    if lacking := [check.name for check in checks if check.necessary and not check.ok]:
        raise CliError(f"this machine lacks {', '.join(lacking)}: see above what to do")


def start_cloud(story: Story, state: Path, port: int) -> CloudInfo:
    """Start the local cloud, or take the one that runs."""
    story.chapter("The local cloud")
    info = lifecycle.status(state)
    if info is None:
        with story.work("Started it"):
            info = lifecycle.up(state, port)
    story.fact(f"It is up at [bold]{info.endpoint_url}[/], on this machine only.")
    return info


def deploy(story: Story, checkout: Path, state: Path, info: CloudInfo) -> Stage:
    """Build and deploy the template as one would to AWS."""
    story.chapter("The stack, by the SAM CLI as it is")
    sam = SamCli(checkout, info, state / "sam.log")
    with story.work("sam build"):
        sam.build()
    with story.work("sam deploy"):
        sam.deploy()
    cloud = Cloud(Target(), info)
    story.fact(f"Stack [bold]{cloud.stack.name}[/], data bucket [bold]{cloud.stack.bucket}[/].")
    return Stage(checkout, state, cloud)


def publish(story: Story, stage: Stage) -> None:
    """Make the algorithm known."""
    story.chapter("An algorithm: publish a folder")
    content = packages.read(stage.checkout / "algorithms" / ALGORITHM)
    with story.console.status("Publishing ..."):
        answer = publishing.wait_for(stage.cloud, publishing.publish(stage.cloud, content))
    if not answer.accepted:
        raise CliError(f"{ALGORITHM} was refused: {'; '.join(map(str, answer.problems))}")
    story.fact(f"{ALGORITHM} is registered as version [bold]{answer.version}[/].")


def train_and_deploy(story: Story, stage: Stage) -> str:
    """Drop the data set and watch it become an endpoint; give the configuration that serves."""
    story.chapter("Drop a data set in S3, get a tested endpoint")
    run, _ = start(stage.cloud, ALGORITHM, MODEL, stage.data("train"))
    outcome = follow(stage.cloud, run)
    if outcome.exit_code:
        raise CliError(f"{run} should have succeeded: {outcome.error}: {outcome.reason}")
    config = _serving(stage)
    story.fact(f"[bold]{stage.endpoint}[/] is in service and smoke-tested, serving {config}.")
    return config


def predict(story: Story, stage: Stage) -> Examination:
    """Ask the endpoint about rows that it has never seen."""
    story.chapter("Ask it about rows that it has never seen")
    seen = examine(stage.cloud, stage.endpoint, stage.data("unseen") / "data.csv")
    story.console.print(seen.table())
    right, count = seen.right, len(seen.rows)
    if seen.accuracy < GOOD_ENOUGH:
        raise CliError(f"only {right} of {count} predictions are right: {GOOD_ENOUGH:.0%} are due")
    story.fact(f"{right} of {count} are right: accuracy [bold]{seen.accuracy:.1%}[/].")
    return seen


def refuse(story: Story, stage: Stage, config: str, before: Examination) -> None:
    """Upload a worse data set; the gate must refuse it, and the first model go on serving."""
    story.chapter("Drop a worse data set (its labels are shuffled)")
    run, _ = start(stage.cloud, ALGORITHM, MODEL, stage.data("worse"))
    outcome = follow(stage.cloud, run)
    if (outcome.exit_code, outcome.error) != (ExitCode.RUN_FAILED, GateNotMetError.__name__):
        raise CliError(f"the gate should have refused {run}, but it ended as {outcome.status}")
    story.fact(f"The gate refused it: {outcome.reason}.")
    if (now := _serving(stage)) != config:
        raise CliError(f"{stage.endpoint} serves {now} now, and not {config} as before")
    after = examine(stage.cloud, stage.endpoint, stage.data("unseen") / "data.csv")
    if after.predicted != before.predicted:
        raise CliError(f"{stage.endpoint} answers otherwise than before")
    story.fact(f"The first model goes on serving: same configuration, same {after.accuracy:.1%}.")


def _serving(stage: Stage) -> str:
    found = endpoints.find(stage.cloud, stage.endpoint)
    if found is None or found["EndpointStatus"] != "InService":
        state = found["EndpointStatus"] if found else "not there"
        raise CliError(f"{stage.endpoint} should be in service, but is {state}")
    return found["EndpointConfigName"]
