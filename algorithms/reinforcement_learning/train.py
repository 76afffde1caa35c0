"""Train a policy by reinforcement learning, under SageMaker's script-mode contract."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import torch
from environments import DataError, make, play, read_settings
from stable_baselines3 import A2C, DQN, PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

_ALGORITHMS = {"PPO": PPO, "A2C": A2C, "DQN": DQN}
_THEIR_OWN = {
    "PPO": ("n_steps", "batch_size", "n_epochs", "ent_coef", "gae_lambda"),
    "A2C": ("ent_coef", "gae_lambda"),
    "DQN": ("batch_size",),
}
_SEED_OF_VALIDATION = 1_000_000  # far from the seeds that training begins with


class Report(BaseCallback):  # type: ignore[misc] # it has no types here
    """Prints the mean reward of the last hundred episodes every so many steps."""

    def __init__(self, every: int) -> None:
        super().__init__()
        self._every, self._next = every, every

    def _on_step(self) -> bool:
        if self.num_timesteps >= self._next and self.model.ep_info_buffer:
            self._next += self._every
            rewards = [episode["r"] for episode in self.model.ep_info_buffer]
            print(f"step={self.num_timesteps} train:reward={np.mean(rewards):.6f}", flush=True)
        return True


def train(options: argparse.Namespace) -> None:
    """Read the environment, act in it and learn, measure the policy, and write the artifact."""
    settings = read_settings(Path(os.environ["SM_CHANNEL_ENVIRONMENT"]))
    environment = make(settings)
    discrete = isinstance(environment.action_space, gymnasium.spaces.Discrete)
    if options.algorithm == "DQN" and not discrete:
        raise DataError(f"DQN needs a choice of actions, which {settings['id']} has not: take PPO.")
    torch.set_num_threads(1)  # the networks are so small that threads wait for each other
    model = learner(settings, options)
    print(f"{options.algorithm} in {settings['id']}: {options.total_timesteps} steps")
    model.learn(options.total_timesteps, callback=Report(options.report_every))
    seeds = range(_SEED_OF_VALIDATION, _SEED_OF_VALIDATION + options.eval_episodes)
    episodes = [play(environment, model, seed) for seed in seeds]
    chance = np.mean([play(environment, None, seed).reward for seed in seeds])
    reward = float(np.mean([episode.reward for episode in episodes]))
    metrics = {
        "reward": reward,
        "length": float(np.mean([episode.length for episode in episodes])),
        "chance": float(chance),
        "gain": reward - float(chance),
    }
    print(" ".join(f"validation:{name}={value:.6f}" for name, value in metrics.items()))
    facts = {
        "environment": settings,
        "algorithm": options.algorithm,
        "lowest": min(episode.reward for episode in episodes),
        "metrics": metrics,
    }
    save(Path(os.environ["SM_MODEL_DIR"]), model, facts)


def learner(settings: dict[str, Any], options: argparse.Namespace) -> Any:  # noqa: ANN401 - one of three
    """Make what learns; it acts in several environments at once."""
    vectorised = make_vec_env(lambda: make(settings), n_envs=options.n_envs, seed=options.seed)
    layers = [int(width) for width in options.net_arch.split(",") if width]
    own = {name: getattr(options, name) for name in _THEIR_OWN[options.algorithm]}
    image = len(vectorised.observation_space.shape) > 1
    return _ALGORITHMS[options.algorithm](
        "CnnPolicy" if image else "MlpPolicy",
        vectorised,
        learning_rate=options.learning_rate,
        gamma=options.gamma,
        seed=options.seed,
        policy_kwargs={"net_arch": layers},
        **own,
    )


def save(folder: Path, model: Any, facts: dict[str, Any]) -> None:  # noqa: ANN401 - one of three
    """Write the policy, where it was learned, and the code that serves it."""
    model.save(folder / "policy.zip")
    (folder / "facts.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")
    unneeded = shutil.ignore_patterns("__pycache__", "*.pyc")
    here = Path(__file__).resolve().parent
    shutil.copytree(here, folder / "code", ignore=unneeded, dirs_exist_ok=True)


def parse(argv: list[str]) -> argparse.Namespace:
    """Read the hyperparameters, which come as arguments; algorithm.yaml describes them."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--algorithm", default="PPO", choices=_ALGORITHMS)
    parser.add_argument("--net_arch", default="64,64")
    for name, default in (
        ("total_timesteps", 100_000),
        ("n_envs", 4),
        ("n_steps", 2048),
        ("batch_size", 64),
        ("n_epochs", 10),
        ("eval_episodes", 20),
        ("report_every", 5000),
        ("seed", 0),
    ):
        parser.add_argument(f"--{name}", type=int, default=default)
    for name, number in (
        ("learning_rate", 3e-4),
        ("gamma", 0.99),
        ("gae_lambda", 0.95),
        ("ent_coef", 0.0),
    ):
        parser.add_argument(f"--{name}", type=float, default=number)
    return parser.parse_args(argv)


def main() -> None:
    """Train; faults of the data end with one sentence, which becomes the job's FailureReason."""
    try:
        train(parse(sys.argv[1:]))
    except DataError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
