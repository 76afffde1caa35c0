"""How an update moves traffic: the deployment config of a request as steps, or refused.

The rules are those of DeploymentConfig in AWS's API reference: sizes are of the variant's
instances, a canary and a batch are at most half of them, a linear step is a tenth to a half.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.store import Record

DEFAULT_LONGEST_SECONDS = 28_800


@dataclass(frozen=True)
class Step:
    """The share of the requests that the new deployment answers, and for how long at least."""

    share: float
    wait: float


@dataclass(frozen=True)
class Policy:
    """What an update does after its instances are healthy."""

    steps: tuple[Step, ...] = (Step(1.0, 0),)
    termination_wait: float = 0
    """How long the old instances stay when all traffic has moved."""
    longest: float = DEFAULT_LONGEST_SECONDS
    is_rolling: bool = False
    """Whether instances are exchanged in batches, instead of having both fleets whole at once."""
    alarms: tuple[str, ...] = ()


def policy_of(config: Record, counts: Mapping[str, int]) -> Policy:
    """Return what *config* asks for, *counts* being the instances of the new variants.

    Raises ValidationException where AWS refuses.
    """
    alarms = config.get("AutoRollbackConfiguration", {}).get("Alarms", [])
    names = tuple(alarm["AlarmName"] for alarm in alarms)
    blue_green, rolling = config.get("BlueGreenUpdatePolicy"), config.get("RollingUpdatePolicy")
    if blue_green and rolling:
        raise ValidationException(
            "Only one of BlueGreenUpdatePolicy and RollingUpdatePolicy can be specified."
        )
    if rolling:
        return _rolling(rolling, counts, names)
    return _blue_green(blue_green, counts, names) if blue_green else Policy(alarms=names)


def _blue_green(policy: Record, counts: Mapping[str, int], alarms: tuple[str, ...]) -> Policy:
    routing = policy["TrafficRoutingConfiguration"]
    kind, wait = routing["Type"], routing["WaitIntervalInSeconds"]
    needed = {"CANARY": "CanarySize", "LINEAR": "LinearStepSize"}.get(kind)
    for member in ("CanarySize", "LinearStepSize"):
        if (member in routing) != (member == needed):
            verb = "must" if member == needed else "must not"
            raise ValidationException(
                f"{member} {verb} be specified when TrafficRoutingConfiguration type is {kind}."
            )
    termination = policy.get("TerminationWaitInSeconds", 0)
    longest = policy.get("MaximumExecutionTimeoutInSeconds", DEFAULT_LONGEST_SECONDS)
    if longest < wait + termination:
        raise ValidationException(
            "MaximumExecutionTimeoutInSeconds must be at least the sum of WaitIntervalInSeconds "
            "and TerminationWaitInSeconds."
        )
    if kind == "CANARY":
        steps = [Step(_share("CanarySize", routing, counts, least=0), wait), Step(1.0, 0)]
    elif kind == "LINEAR":
        steps = [*_linear(_share("LinearStepSize", routing, counts, least=0.1), wait)]
    else:
        steps = [Step(1.0, 0)]
    return Policy(tuple(steps), termination, longest, alarms=alarms)


def _rolling(policy: Record, counts: Mapping[str, int], alarms: tuple[str, ...]) -> Policy:
    share = _share("MaximumBatchSize", policy, counts, least=0.05)
    if "RollbackMaximumBatchSize" in policy:
        _size("RollbackMaximumBatchSize", policy["RollbackMaximumBatchSize"], counts, 0, most=1.0)
    wait = policy["WaitIntervalInSeconds"]
    longest = policy.get("MaximumExecutionTimeoutInSeconds", DEFAULT_LONGEST_SECONDS)
    steps = [*_linear(share, wait)]
    # After the last batch is in service AWS watches the alarms once more.
    steps[-1] = Step(1.0, wait)
    return Policy(tuple(steps), longest=longest, is_rolling=True, alarms=alarms)


def _linear(share: float, wait: float) -> Iterator[Step]:
    count = math.ceil(1 / share - 1e-9)
    for number in range(1, count):
        yield Step(number * share, wait)
    yield Step(1.0, 0)


def _share(member: str, sizes: Record, counts: Mapping[str, int], least: float) -> float:
    return _size(member, sizes[member], counts, least, most=0.5)


def _size(member: str, size: Record, counts: Mapping[str, int], least: float, most: float) -> float:
    """Return a size as a share of the smallest variant's instances."""
    smallest = max(1, min(counts.values()))
    if size["Type"] == "INSTANCE_COUNT":
        share: float = size["Value"] / smallest
    else:
        share = size["Value"] / 100
    if not least <= share <= most:
        between = f"between {least:.0%} and {most:.0%}" if least else f"at most {most:.0%}"
        raise ValidationException(
            f"{member} must be {between} of the variant's total instance count."
        )
    return share
