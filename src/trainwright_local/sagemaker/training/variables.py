"""The environment variables that every training job has, whatever it runs."""

from pathlib import Path

from trainwright_local.sagemaker.jobs.interpreter import variables
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.training.opt_ml import OptMl


def training_variables(run: Run, opt_ml: OptMl, python: Path) -> dict[str, str]:
    """Return the variables of a process that runs *python*; see `platform_variables`."""
    env = variables(run, python, opt_ml.home, platform_variables(run, opt_ml))
    if run.job["EnableNetworkIsolation"]:
        # As on AWS: no credentials, and no place to use them.
        env = {name: env[name] for name in env.keys() - run.role.variables().keys()}
    return env


def platform_variables(run: Run, opt_ml: OptMl) -> dict[str, str]:
    """Return what SageMaker itself sets; the toolkit's SM_* come on top of that."""
    return {
        "TRAINING_JOB_NAME": run.job["TrainingJobName"],
        "TRAINING_JOB_ARN": run.job["TrainingJobArn"],
        "CURRENT_HOST": opt_ml.host,
        "SAGEMAKER_REGION": run.role.region,
        "SAGEMAKER_BASE_DIR": opt_ml.sandbox(run.job).base,
    }


def container_variables(run: Run, opt_ml: OptMl) -> dict[str, str]:
    """Return the variables of a container, which has its own of everything else."""
    role = {} if run.job["EnableNetworkIsolation"] else run.role.variables()
    platform = platform_variables(run, opt_ml)
    del platform["SAGEMAKER_BASE_DIR"]
    return {**run.job.get("Environment", {}), **role, **platform}
