"""The Python that runs the code of a job, and the variables that it runs with."""

from collections.abc import Mapping
from pathlib import Path

from trainwright_local.sagemaker.environments import (
    BuildStoppedError,
    EnvironmentBuildError,
    IndexUnreachableError,
    environment_for,
)
from trainwright_local.sagemaker.images import Image
from trainwright_local.sagemaker.jobs.failures import AlgorithmError, InternalServerError
from trainwright_local.sagemaker.jobs.running import Ending, Run
from trainwright_local.sagemaker.variables import base_variables


def interpreter(
    run: Run, image: str | Image, requirements: Path | None = None, package: Path | None = None
) -> Path:
    """Return the Python that has what *image* carries and *requirements*, if any, ask for.

    A *package* is installed too. Raises Ending when the job is stopped while that takes its time.
    """
    existing = requirements if requirements and requirements.is_file() else None
    try:
        return environment_for(
            image,
            existing,
            run.context.config,
            package=package,
            stopped=lambda: run.is_ending,
        ).python
    except BuildStoppedError as error:
        raise Ending from error
    except IndexUnreachableError as error:
        raise InternalServerError(str(error)) from error
    except EnvironmentBuildError as error:
        kind = "InstallModuleError" if package else "InstallRequirementsError"
        raise AlgorithmError(f"{kind}: {error}") from error


def variables(run: Run, python: Path, home: Path, platform: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a process: the job's own, its role's, and the *platform*'s."""
    home.mkdir(parents=True)
    return {
        **base_variables(python, home),
        **run.job.get("Environment", {}),
        **run.role.variables(),
        **platform,
    }
