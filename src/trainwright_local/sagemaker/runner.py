"""Become a training script, as AWS's training toolkit would start it: SM_* variables, arguments.

Runs in the algorithm's own interpreter, so it needs nothing but a standard library of Python 3.8 or
newer. It replaces itself by the script: signals and exit codes are then the script's own.

What it makes is what `sagemaker-training` 5.1.4 makes; a test compares them value by value.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from typing import Any, Dict, List, Optional  # noqa: UP035 - Python 3.8 runs this too

PLATFORM_PARAMETERS = {
    "sagemaker_program",
    "sagemaker_submit_directory",
    "sagemaker_enable_cloudwatch_metrics",
    "sagemaker_region",
    "sagemaker_container_log_level",
    "sagemaker_job_name",
    "default_user_module_name",
    "_tuning_objective_metric",
    "sagemaker_s3_output",
}
DEFAULT_LOG_LEVEL = 20
GROUP = "homogeneousCluster"

Members = Dict[str, Any]  # noqa: UP006 - Python 3.8 runs this too


class TrainingEnvironment:
    """What the files below *base* say about the job.

    An image with scripts of its own names the *program* and the folder *code* that holds it; else
    both are the request's.
    """

    def __init__(self, base: str, program: str = "", code: str = "") -> None:
        self.base = base
        self.resources = self._config("resourceconfig")
        self.inputs = self._config("inputdataconfig")
        given = {key: decoded(value) for key, value in self._config("hyperparameters").items()}
        self.platform = {key: given[key] for key in given if is_platform(key)}
        self.hyperparameters = {key: given[key] for key in given if not is_platform(key)}
        self.code = code or self.path("code")
        self.entry_point = program or str(self.platform["sagemaker_program"])
        self.module_dir = str(self.platform.get("sagemaker_submit_directory", self.code))

    def path(self, *parts: str) -> str:
        """Return a path below `/opt/ml`, wherever that is."""
        return os.path.join(self.base, *parts)  # noqa: PTH118 - values of variables are strings

    def training_env(self) -> Members:
        """Return the members of SM_TRAINING_ENV."""
        framework = {k: v for k, v in self.platform.items() if k not in PLATFORM_PARAMETERS}
        host = self.resources["current_host"]
        return {
            **self._instances(),
            **self._paths(),
            "additional_framework_parameters": framework,
            "current_host": host,
            "framework_module": os.environ.get("SAGEMAKER_TRAINING_MODULE"),
            "hosts": self.resources["hosts"],
            "hyperparameters": self.hyperparameters,
            "input_data_config": self.inputs,
            "is_master": host == self.resources["hosts"][0],
            "is_modelparallel_enabled": None,
            "is_smddpmprun_installed": False,
            "is_smddprun_installed": False,
            "job_name": os.environ.get("TRAINING_JOB_NAME"),
            "log_level": self.platform.get("sagemaker_container_log_level", DEFAULT_LOG_LEVEL),
            "master_hostname": self.resources["hosts"][0],
            "module_dir": self.module_dir,
            "module_name": re.sub(r"\.py$", "", self.entry_point),
            "network_interface_name": self.resources.get("network_interface_name", "eth0"),
            "num_cpus": os.cpu_count(),
            "num_gpus": count_gpus(),
            "num_neurons": 0,
            "resource_config": self.resources,
            "topology": [],
            "user_entry_point": self.entry_point,
        }

    def variables(self) -> Dict[str, str]:  # noqa: UP006 - Python 3.8 runs this too
        """Return the SM_* variables."""
        env = self.training_env()
        alone = {
            key: value
            for key, value in env.items()
            if not key.startswith(("is_m", "is_s", "additional_", "distribution_hosts"))
            and key not in {"channel_input_dirs", "hyperparameters", "job_name", "topology"}
            and key != "master_hostname"
        }
        named = {
            **alone,
            "channels": sorted(self.inputs),
            "framework_params": env["additional_framework_parameters"],
            "hps": self.hyperparameters,
            "training_env": env,
            "user_args": self.arguments(),
            **{f"channel_{name}": path for name, path in env["channel_input_dirs"].items()},
            **{f"hp_{key}": value for key, value in self.hyperparameters.items()},
        }
        return {f"SM_{key.upper()}": as_variable(value) for key, value in named.items()}

    def other_variables(self) -> Dict[str, str]:  # noqa: UP006 - Python 3.8 runs this too
        """Return what the toolkit sets besides."""
        region = os.environ.get("AWS_DEFAULT_REGION", "")
        return {
            "CURRENT_HOST": self.resources["current_host"],
            "SAGEMAKER_JOB_NAME": str(self.platform.get("sagemaker_job_name", "")),
            "SAGEMAKER_REGION": str(self.platform.get("sagemaker_region", region)),
        }

    def arguments(self) -> List[str]:  # noqa: UP006 - Python 3.8 runs this too
        """Return the hyperparameters as arguments, by name."""
        words = []
        for key in sorted(self.hyperparameters):
            dashes = "--" if len(key) > 1 else "-"
            words += [dashes + key, as_argument(self.hyperparameters[key])]
        return words

    def command(self) -> List[str]:  # noqa: UP006 - Python 3.8 runs this too
        """Return what starts the script, as in the toolkit: a shell, a package, or Python."""
        if not self.entry_point.endswith(".sh"):
            if os.path.exists(os.path.join(self.code, "setup.py")):  # noqa: PTH110, PTH118 - see path
                module = re.sub(r"\.py$", "", self.entry_point)
                return [sys.executable, "-m", module, *self.arguments()]
            if self.entry_point.endswith(".py"):
                return [sys.executable, self.entry_point, *self.arguments()]
        words = " ".join(shlex.quote(word) for word in self.arguments())
        return ["/bin/sh", "-c", f"./{shlex.quote(self.entry_point)} {words}"]

    def _config(self, name: str) -> Members:
        with open(self.path("input", "config", name + ".json"), encoding="utf-8") as file:  # noqa: PTH123 - see path
            members: Members = json.load(file)
        return members

    def _instances(self) -> Members:
        groups = self.resources.get("instance_groups", [])
        name = self.resources.get("current_group_name", GROUP)
        hosts = [g["hosts"] for g in groups if g["instance_group_name"] == name]
        return {
            "current_instance_group": name,
            "current_instance_group_hosts": hosts[0] if hosts else [],
            "current_instance_type": self.resources.get("current_instance_type", "local"),
            "distribution_hosts": [],
            "distribution_instance_groups": [],
            "instance_groups": [group["instance_group_name"] for group in groups],
            "instance_groups_dict": {group["instance_group_name"]: group for group in groups},
            "is_hetero": len(groups) > 1,
        }

    def _paths(self) -> Members:
        channels = {name: self.path("input", "data", name) for name in self.inputs}
        return {
            "channel_input_dirs": channels,
            "input_config_dir": self.path("input", "config"),
            "input_dir": self.path("input"),
            "model_dir": self.path("model"),
            "output_data_dir": self.path("output", "data"),
            "output_dir": self.path("output"),
            "output_intermediate_dir": self.path("output", "intermediate"),
        }


def is_platform(key: str) -> bool:
    """Whether a hyperparameter is meant for the platform and not for the script."""
    return key in PLATFORM_PARAMETERS or key.startswith("sagemaker_")


def decoded(value: str) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Return what *value* is in JSON, or *value* itself if it is none."""
    try:
        return json.loads(value)
    except ValueError:
        return value


def as_variable(value: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    """Write *value* as SM_* variables carry it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def as_argument(value: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    """Write *value* as the script's arguments carry it."""
    if isinstance(value, dict):
        return ",".join(f"{key}={item}" for key, item in sorted(value.items()))
    return "" if value is None else str(value)


def count_gpus() -> int:
    """Count the GPUs that the driver knows; no driver, no GPU."""
    if not shutil.which("nvidia-smi"):
        return 0
    listed = subprocess.run(  # noqa: PLW1510 - a driver without a device fails, which is zero GPUs
        ["nvidia-smi", "--list-gpus"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    return sum(line.startswith(b"GPU ") for line in listed.stdout.splitlines())


def main(base: Optional[str] = None) -> None:  # noqa: UP045 - Python 3.8 runs this too
    """Replace this process by the script of the job below *base*."""
    environment = TrainingEnvironment(base or os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
    command = environment.command()
    variables = {**os.environ, **environment.other_variables(), **environment.variables()}
    variables["PYTHONPATH"] = environment.code
    os.chdir(environment.code)
    if command[0] == "/bin/sh":
        os.chmod(environment.entry_point, 0o777)  # noqa: S103, PTH101 - as the toolkit does
    os.execve(command[0], command, variables)  # noqa: S606 - the very point


if __name__ == "__main__":
    main()
