"""What a misspelt word was meant to be."""

import difflib
from collections.abc import Iterable

# What the layout of the original's README and template calls things, which nothing ever read.
_DEAD_LAYOUT = {
    "hyperparameters": "hyperparams",
    "base_image_uri": "image_uri",
    "max_run_time_in_seconds": "max_runtime_seconds",
    "ModelApprovalStatus": "InferenceSpecification.approval_status",
    "ModelPackageGroupDescription": "ModelPackageDescription",
    "SupportedContentTypes": "supported_content_types",
    "SupportedResponseMIMETypes": "supported_response_MIME_types",
    "SupportedRealtimeInferenceInstanceType": "SupportedRealtimeInferenceInstanceTypes",
    "evaluateBucketPrefix": "bucket_prefix",
    "evaluateInputLocalFilepath": "InputLocalFilepath",
    "objective_metric_name": "objective.metric",
    "objective_type": "objective.type",
    "hyperparameter_ranges": "ranges",
    "metric_definitions": "metrics",
    "early_stopping_type": "early_stopping",
    "metrics": "evaluate",
}
_NO_MEANING = "leave it out: it means nothing here"
_NEEDLESS = {
    "s3_data_type": _NO_MEANING,
    "s3_input_mode": _NO_MEANING,
    "s3_data_distribution_type": _NO_MEANING,
    "activeLocation": "leave it out: a fileName says by itself whether it is in S3",
    "ModelQuality": "leave it out: the report is attached to the model, as 'content_type' says",
    "MetadataProperties": "leave it out: a model says which pipeline and run made it",
}
"""What it has that is nowhere needed."""


def choice(name: str, known: Iterable[str], what: str) -> str:
    """Say that *name* is *what* it is not, and which of *known* it may have been meant to be."""
    known = sorted(known)
    if name in _NEEDLESS:
        return f"'{name}' is {what}; {_NEEDLESS[name]}"
    found = nearest(name, known)
    hint = f"did you mean '{found}'?" if found else f"known: {', '.join(known) or 'none'}"
    return f"'{name}' is {what}; {hint}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Give the one of *known* that *name* was meant to be, if one is near."""
    plain = {_plain(word): word for word in known}
    meant = _DEAD_LAYOUT.get(name)
    if meant is not None and _plain(meant.partition(".")[0]) in plain:
        return meant
    close = difflib.get_close_matches(_plain(name), plain, n=1, cutoff=0.6)
    return plain[close[0]] if close else meant


def called_otherwise(name: str, known: Iterable[str]) -> str | None:
    """Give the one of *known* that the dead layout calls what *name* is."""
    return next((word for word in known if _DEAD_LAYOUT.get(word) == name), None)


def _plain(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")
