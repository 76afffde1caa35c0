"""The model registry: groups of model packages, their versions, and who approved which.

A package is Completed at once, since what AWS does meanwhile (scans, validation jobs) is not
emulated; a request for a validation job is refused.
"""

from trainwright_local.sagemaker.registry import groups, packages

__all__ = ["groups", "packages"]
