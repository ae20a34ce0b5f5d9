"""What the cheap classifier looks at: character n-grams and words of a message, places and numbers masked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

LONGEST = 300  # characters: a letter's wish is said by then, and its story only blurs it


@dataclass(frozen=True)
class Sample:
    """A message as the classifiers see it.

    `text`: normal form; `masked`: the same with addresses, numbers and times as one sign each; `words`: its segments.
    """

    text: str
    masked: str
    words: tuple[str, ...]


def characters(sample: Sample) -> list[str]:
    """All 1- to 4-grams of the masked text, its ends marked."""
    text = f"^{sample.masked[:LONGEST]}$"
    return [text[i : i + n] for n in range(1, 5) for i in range(len(text) - n + 1)]


def words(sample: Sample) -> list[str]:
    """Words, and pairs of neighbours."""
    segments = [w for w in sample.words[:LONGEST] if not w.isspace()]
    return segments + [a + "_" + b for a, b in zip(segments, segments[1:])]


class Features:
    """TF-IDF over characters and words, side by side."""

    def __init__(self) -> None:
        self._characters = TfidfVectorizer(
            analyzer=characters, sublinear_tf=True, min_df=2, max_features=250_000, dtype=np.float32
        )
        self._words = TfidfVectorizer(
            analyzer=words, sublinear_tf=True, min_df=1, max_features=120_000, dtype=np.float32
        )

    def fit(self, samples: Iterable[Sample]) -> csr_matrix:
        """Learn the vocabulary; returns the matrix (n, features) of the samples themselves."""
        samples = list(samples)
        x = hstack([self._characters.fit_transform(samples), self._words.fit_transform(samples)]).tocsr()
        self._characters.stop_words_ = self._words.stop_words_ = (
            None  # a million n-grams that were left out: only memory
        )
        return x

    def transform(self, samples: Iterable[Sample]) -> csr_matrix:
        """Samples (n) → sparse matrix (n, features)."""
        samples = list(samples)
        return hstack([self._characters.transform(samples), self._words.transform(samples)]).tocsr()
