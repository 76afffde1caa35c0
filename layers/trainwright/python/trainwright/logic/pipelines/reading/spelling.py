"""What a misspelt word was meant to be."""

import difflib
from collections.abc import Iterable

# What the layout of the original's README and template calls things, which nothing ever read.
_DEAD_LAYOUT = {
    "chain_input_source_steps": "chain_input_source_step",
    "hyperparameters": "hyperparams",
    "base_image_uri": "image_uri",
    "max_run_time_in_seconds": "max_runtime_seconds",
    "ModelApprovalStatus": "InferenceSpecification.approval_status",
    "SupportedContentTypes": "supported_content_types",
    "SupportedResponseMIMETypes": "supported_response_MIME_types",
    "SupportedRealtimeInferenceInstanceType": "SupportedRealtimeInferenceInstanceTypes",
    "preprocessing": "Processing",
    "metrics": "evaluate",
}


def choice(name: str, known: Iterable[str], what: str) -> str:
    """Say that *name* is *what* it is not, and which of *known* it may have been meant to be."""
    known = sorted(known)
    found = nearest(name, known)
    hint = f"did you mean '{found}'?" if found else f"known: {', '.join(known) or 'none'}"
    return f"'{name}' is {what}; {hint}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Give the one of *known* that *name* was meant to be, if one is near."""
    plain = {_plain(word): word for word in known}
    if (meant := _DEAD_LAYOUT.get(name)) is not None and _plain(meant) in plain:
        return meant
    close = difflib.get_close_matches(_plain(name), plain, n=1, cutoff=0.6)
    return plain[close[0]] if close else _DEAD_LAYOUT.get(name)


def _plain(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")
