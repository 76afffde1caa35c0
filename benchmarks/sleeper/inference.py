"""Answer with a constant."""


def model_fn(model_dir: str) -> str:
    """Load nothing."""
    return model_dir


def transform_fn(_model: str, _body: str, _content_type: str, _accept: str) -> tuple[str, str]:
    """Answer any request."""
    return '{"answer": 42}', "application/json"
