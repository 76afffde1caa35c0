"""The errors that cross a state boundary; a state machine matches them by class name.

* TrainwrightError
    * InvalidRequestError     the caller must change the request; never retried
    * NotReadyError           something it needs is busy or still being made; retried slowly
    * ThrottledError          AWS asked us to slow down; retried with jitter
    * TrainingFailedError     the training job ended in `Failed`
    * TrainingStoppedError    somebody stopped the training job
    * GateNotMetError         the model is not good enough to be deployed
    * EndpointFailedError     the endpoint ended in `Failed`
    * EndpointRolledBackError SageMaker went back to the configuration that served before
    * SmokeTestFailedError    the new endpoint did not answer its smoke tests as expected
    * RunStoppedError         somebody stopped the run
    * StepFailedError         a job, or another pipeline, that a step waited for has failed
    * CapacityError           AWS has no instances of this type just now
    * InterruptionError       the instance or the service failed, not the code that ran on it
    * ApprovalDeniedError     a person said no
"""


class TrainwrightError(Exception):
    """Base of all errors that a caller may want to tell apart."""


class InvalidRequestError(TrainwrightError):
    """The caller must change the request."""


class NotReadyError(TrainwrightError):
    """Something this step needs is busy or still being made."""


class ThrottledError(TrainwrightError):
    """AWS asked us to slow down."""


class TrainingFailedError(TrainwrightError):
    """The training job ended in `Failed`."""


class TrainingStoppedError(TrainwrightError):
    """Somebody stopped the training job."""


class GateNotMetError(TrainwrightError):
    """The model is not good enough to be deployed."""


class EndpointFailedError(TrainwrightError):
    """The endpoint ended in `Failed`."""


class EndpointRolledBackError(TrainwrightError):
    """SageMaker went back to the configuration that served before."""


class SmokeTestFailedError(TrainwrightError):
    """The new endpoint did not answer its smoke tests as expected."""


class RunStoppedError(TrainwrightError):
    """Somebody stopped the run."""


class StepFailedError(TrainwrightError):
    """A job, or another pipeline, that a step waited for has failed."""


class CapacityError(TrainwrightError):
    """AWS has no instances of this type just now."""


class InterruptionError(TrainwrightError):
    """The instance or the service failed, not the code that ran on it."""


class ApprovalDeniedError(TrainwrightError):
    """A person said no."""
