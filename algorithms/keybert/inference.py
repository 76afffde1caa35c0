"""Find the words of a text that are nearest to it in meaning, with KeyBERT.

Method: M. Grootendorst, KeyBERT, https://doi.org/10.5281/zenodo.4461265.
"""

from __future__ import annotations

import os
import re
from typing import Any, NamedTuple

from embedders import load_embedder
from keybert import KeyBERT
from options import Options, read_options
from refusals import RequestError
from sklearn.feature_extraction.text import CountVectorizer
from text_requests import read_request, write_answer

_MOST_CHARACTERS = 20_000  # every different word is embedded, some hundreds a second


class Model(NamedTuple):
    """KeyBERT with its vectors, and how to look for keywords."""

    keybert: KeyBERT
    options: Options


def model_fn(model_dir: str) -> Model:  # noqa: ARG001 - the weights are a package's
    """Load the vectors that the variables ask for."""
    options = read_options(os.environ)
    return Model(KeyBERT(load_embedder(options.kind, options.model)), options)


def input_fn(body: str | bytes, content_type: str | None) -> str:
    """Read the text of a request."""
    return str(read_request(body, content_type, most=_MOST_CHARACTERS)["inputs"])


def predict_fn(text: str, model: Model) -> dict[str, Any]:
    """Return `result`, pairs of a keyword and its likeness to the text, the best first."""
    options = model.options
    vectorizer = CountVectorizer(
        ngram_range=options.ngrams, stop_words=options.stop_words, min_df=options.min_df
    )
    try:
        candidates = len(vectorizer.fit([text]).vocabulary_)
    except ValueError as error:  # scikit-learn's "empty vocabulary"
        raise RequestError("'inputs' has no words that could be keywords.") from error
    found = model.keybert.extract_keywords(
        text,
        vectorizer=vectorizer,
        top_n=min(options.top_n, candidates),
        use_maxsum=options.use_maxsum,
        use_mmr=options.use_mmr,
        diversity=options.diversity,
        nr_candidates=min(options.nr_candidates, candidates),
    )
    best_first = sorted(found, key=lambda pair: pair[1], reverse=True)
    answer: dict[str, Any] = {"result": [[word, score] for word, score in best_first]}
    if options.highlight:
        answer["highlighted"] = _highlighted(text, [word for word, _ in found])
    return answer


def _highlighted(text: str, keywords: list[str]) -> str:
    """Mark the keywords in the text, as `**keyword**`; of overlapping ones the longest."""
    longest_first = sorted(keywords, key=len, reverse=True)
    choices = "|".join(r"\W+".join(map(re.escape, word.split())) for word in longest_first)
    return re.sub(rf"\b({choices})\b", r"**\1**", text, flags=re.IGNORECASE)


def output_fn(prediction: dict[str, Any], accept: str | None) -> tuple[str, str]:
    """Write the answer as JSON."""
    return write_answer(prediction, accept)
