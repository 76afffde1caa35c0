"""A summary made of the sentences of a text that matter most; which do is learnt from summaries.

Of each sentence a ridge regression guesses how much of it a person would keep. The best one is
taken, then the next if it is worth it and does not say the same again: maximal marginal relevance,
Carbonell and Goldstein, https://doi.org/10.1145/290941.291025.
"""

import math

import numpy as np
from rouge import rouge_l
from scipy.sparse import csr_matrix, hstack
from sentences import sentences_of, words_of
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler


class Summariser:
    """Learns from pairs of a text and its summary, and then summarises others.

    *penalty* keeps the weights small. A further sentence is taken if it is worth at least *worth*
    of the best one, after *redundancy* times its likeness to what was taken is subtracted.
    """

    def __init__(self, penalty, worth, redundancy):
        self.worth, self.redundancy = worth, redundancy
        self._words = TfidfVectorizer(
            tokenizer=words_of, token_pattern=None, lowercase=False, ngram_range=(1, 2), min_df=2
        )
        self._scale = StandardScaler()
        self._ridge = Ridge(penalty)

    def fit(self, pairs):
        """Learn how much of the summary each sentence is."""
        texts = [sentences_of(text) for text, _ in pairs]
        self._words.fit([sentence for text in texts for sentence in text])
        shapes = self._shapes(texts)
        self._scale.fit(shapes)
        kept = [
            rouge_l(sentence, summary)
            for text, (_, summary) in zip(texts, pairs)  # noqa: B905 - Python 3.8 in the image
            for sentence in text
        ]
        self._ridge.fit(self._features(texts, shapes), kept)
        return self

    def summarise(self, text, most=2):
        """Give *most* sentences at most, in the order of the text."""
        sentences = sentences_of(text)
        if not sentences:
            return ""
        value = self._ridge.predict(self._features([sentences], self._shapes([sentences])))
        like = self._likeness(sentences)
        chosen = [int(value.argmax())]
        enough = self.worth * value.max()
        while len(chosen) < min(most, len(sentences)):
            left = value - self.redundancy * like[:, chosen].max(axis=1)
            left[chosen] = -math.inf
            if left.max() < enough:
                break
            chosen.append(int(left.argmax()))
        return " ".join(sentences[at] for at in sorted(chosen))

    def _features(self, texts, shapes):
        """Say of each sentence where it stands, how it is made, and which words it has."""
        words = self._words.transform([sentence for text in texts for sentence in text])
        return hstack([csr_matrix(self._scale.transform(shapes)), words]).tocsr()

    def _shapes(self, texts):
        return np.array([row for text in texts for row in self._shape(text)], dtype=float)

    def _shape(self, sentences):
        last = max(len(sentences) - 1, 1)
        central = self._likeness(sentences).mean(axis=1)
        for at, sentence in enumerate(sentences):
            yield (
                at == 0,
                at == len(sentences) - 1,
                at / last,
                (at / last) ** 2,
                math.log(1 + len(words_of(sentence))),
                any(letter.isdigit() for letter in sentence),
                sentence.endswith("?"),
                central[at],
            )

    def _likeness(self, sentences):
        """Compare each sentence with each: 1 for the same words, 0 for none in common."""
        words = self._words.transform(sentences)
        return np.asarray((words @ words.T).todense())
