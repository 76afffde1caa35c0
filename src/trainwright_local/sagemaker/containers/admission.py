"""Why an image cannot be run here, said when it is asked for rather than when it is to run.

AWS notices a missing image of a model at CreateModel, and one of a job when the job starts; here
every call says at once what the machine lacks.
"""

from trainwright_local.sagemaker.config import SageMakerConfig
from trainwright_local.sagemaker.containers.engine import engine
from trainwright_local.sagemaker.containers.pushed import scripts_image
from trainwright_local.sagemaker.images import UnknownImageError, image_of

NO_ENGINE = (
    "Any other image needs docker or podman, and neither answers on this machine: install one of "
    "them, or start it. An image of scripts needs none once it is in this cloud's registry under "
    "that name: `trainwright images push` with --as."
)


def refusal_of(image: str, config: SageMakerConfig | None = None) -> str:
    """Say why *image* cannot be run; empty if it is emulated, or there is an engine for it.

    With a *config* an image of scripts will do, which needs no engine.
    """
    try:
        image_of(image)
    except UnknownImageError as error:
        if config and scripts_image(image, config):
            return ""
        return "" if engine() else f"{error} {NO_ENGINE}"
    return ""
