"""The environment to act in, as `environment.json` names it, and episodes in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import gymnasium
import numpy as np

FILE = "environment.json"


class DataError(Exception):
    """The data cannot be used; the message is one sentence that says where and why."""


class Episode(NamedTuple):
    """What came of acting until the end."""

    reward: float
    length: int


def read_settings(folder: Path) -> dict[str, Any]:
    """Read `environment.json`: the id of an environment of gymnasium, and its arguments."""
    place = f"{folder.name}/{FILE}"
    try:
        settings = json.loads((folder / FILE).read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise DataError(f"The channel '{folder.name}' has no {FILE}.") from error
    except ValueError as error:
        raise DataError(f"{place} is no JSON: {error}.") from error
    if not isinstance(settings, dict) or not isinstance(settings.get("id"), str):
        raise DataError(f'{place} must be like {{"id": "CartPole-v1", "kwargs": {{}}}}.')
    if odd := set(settings) - {"id", "kwargs"}:
        raise DataError(f"{place} has '{min(odd)}'; it may have 'id' and 'kwargs'.")
    if not isinstance(settings.get("kwargs", {}), dict):
        raise DataError(f"{place}: kwargs must be an object, is {settings['kwargs']!r:.60}.")
    return settings


def make(settings: dict[str, Any]) -> gymnasium.Env[Any, Any]:
    """Make the environment."""
    try:
        made = gymnasium.make(settings["id"], **settings.get("kwargs", {}))
    except (gymnasium.error.Error, TypeError, ImportError) as error:
        raise DataError(f"{FILE}: {settings['id']} cannot be made: {error}") from error
    if not isinstance(made.observation_space, gymnasium.spaces.Box):
        kind = type(made.observation_space).__name__
        raise DataError(f"{FILE}: {settings['id']} observes {kind}; arrays of numbers are needed.")
    return made


def play(environment: gymnasium.Env[Any, Any], policy: Any, seed: int) -> Episode:  # noqa: ANN401
    """Act until the end; without a *policy* at random."""
    observation, _ = environment.reset(seed=seed)
    environment.action_space.seed(seed)
    reward, length, ended = 0.0, 0, False
    while not ended:
        if policy is None:
            action = environment.action_space.sample()
        else:
            action = policy.predict(np.asarray(observation), deterministic=True)[0]
        observation, gained, terminated, truncated, _ = environment.step(action)
        reward, length, ended = reward + float(gained), length + 1, terminated or truncated
    return Episode(reward, length)
