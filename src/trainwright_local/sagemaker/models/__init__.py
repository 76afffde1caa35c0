"""Models: a container and its model data, checked when created so that a mistake shows there.

What a container may be is in `containers`; an endpoint takes a copy of it when it is created, so
deleting a model leaves the endpoints alone that serve it, as on AWS.
"""

from trainwright_local.sagemaker.models import operations

__all__ = ["operations"]
