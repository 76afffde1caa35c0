"""Serve a policy trained here: observations in, actions out; or whole episodes, to try it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import gymnasium
import numpy as np
import torch
from environments import make, play
from refusals import RequestError
from stable_baselines3 import A2C, DQN, PPO

JSON = "application/json"
_ALGORITHMS = {"PPO": PPO, "A2C": A2C, "DQN": DQN}
_MOST_EPISODES = 20


class Model(NamedTuple):
    """The policy, and where it was learned."""

    policy: Any
    facts: dict[str, Any]


def model_fn(model_dir: str) -> Model:
    """Load what train.py saved."""
    torch.set_num_threads(1)
    folder = Path(model_dir)
    facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    policy = _ALGORITHMS[facts["algorithm"]].load(folder / "policy.zip", device="cpu")
    return Model(policy, facts)


def input_fn(body: str | bytes, content_type: str | None) -> dict[str, Any]:
    """Read a request."""
    if (content_type or JSON).partition(";")[0].strip().lower() != JSON:
        raise RequestError(f"The content type '{content_type}' is not {JSON}.")
    try:
        request = json.loads(body)
    except ValueError as error:
        raise RequestError(f"The request is no JSON: {error}.") from error
    if not isinstance(request, dict) or not {"observations", "episodes"} & set(request):
        raise RequestError('The request must be {"observations": [...]} or {"episodes": 1}.')
    return request


def predict_fn(request: dict[str, Any], model: Model) -> dict[str, Any]:
    """Choose an action for each observation, or act in the environment until the end."""
    if "episodes" in request:
        return _episodes(request, model)
    observations = _observations(request["observations"], model.policy.observation_space)
    actions, _ = model.policy.predict(observations, deterministic=True)
    answer = {"actions": np.asarray(actions).tolist()}
    if (shares := _probabilities(observations, model.policy)) is not None:
        answer["probabilities"] = shares.tolist()
    return answer


def _observations(given: object, space: gymnasium.spaces.Box) -> Any:  # noqa: ANN401 - an array
    if not isinstance(given, list) or not given:
        raise RequestError("'observations' must be a list of observations.")
    rows = []
    for number, one in enumerate(given, 1):
        try:
            row = np.asarray(one, dtype=space.dtype)
        except (ValueError, TypeError, OverflowError) as error:
            raise RequestError(f"Observation {number} is no array of numbers: {error}.") from error
        if row.shape != space.shape:
            shape, needed = list(row.shape), list(space.shape)
            raise RequestError(f"Observation {number} is of shape {shape}; it must be {needed}.")
        if not np.isfinite(row).all():
            raise RequestError(f"Observation {number} has a value that is no finite number.")
        rows.append(row)
    return np.stack(rows)


def _probabilities(observations: Any, policy: Any) -> Any | None:  # noqa: ANN401 - arrays
    """Give the chance of each action, where the policy has chances."""
    if not hasattr(policy.policy, "get_distribution"):
        return None
    tensor, _ = policy.policy.obs_to_tensor(observations)
    with torch.no_grad():
        chances = policy.policy.get_distribution(tensor).distribution
    return getattr(chances, "probs", None)


def _episodes(request: dict[str, Any], model: Model) -> dict[str, Any]:
    count, seed = request["episodes"], request.get("seed", 0)
    if not isinstance(count, int) or not 1 <= count <= _MOST_EPISODES:
        raise RequestError(f"'episodes' must be 1 to {_MOST_EPISODES}, is {count!r:.60}.")
    if not isinstance(seed, int) or seed < 0:
        raise RequestError(f"'seed' must be a whole number from 0, is {seed!r:.60}.")
    environment = make(model.facts["environment"])
    played = [play(environment, model.policy, seed + number) for number in range(count)]
    mean = sum(episode.reward for episode in played) / count
    return {
        "episodes": [episode._asdict() for episode in played],
        "as_in_validation": mean >= model.facts["lowest"],
    }


def output_fn(prediction: dict[str, Any], accept: str | None) -> tuple[str, str]:
    """Write the answer."""
    kinds = [choice.partition(";")[0].strip().lower() for choice in (accept or JSON).split(",")]
    if not {JSON, "*/*", "application/*"} & set(kinds):
        raise RequestError(f"The answer can be {JSON}, not '{accept}'.")
    return json.dumps(prediction, allow_nan=False), JSON
