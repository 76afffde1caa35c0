"""The model registry: groups of model packages, their versions, and who approved which.

A package is Completed at once, since what AWS does meanwhile (scans, validation jobs) is not
emulated; a request for a validation job is refused. CreateModel takes a package whatever its
approval says: that is for pipelines to ask, and for rules on the event of its change.
"""

from trainwright_local.sagemaker.registry import groups, packages

__all__ = ["groups", "packages"]
