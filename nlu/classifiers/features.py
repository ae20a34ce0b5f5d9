"""What the cheap classifier looks at: character n-grams and words of a message, places and numbers masked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

LONGEST = 300  # characters: a letter's wish is said by then, and its story only blurs it


@dataclass(frozen=True)
class Sample:
    """A message as the classifiers see it.

    `text`: normal form; `masked`: the same with addresses, numbers and times as one sign each; `words`: its segments;
    `frames`: which classes of danger words stand together in it (nlu.text.frames).
    """

    text: str
    masked: str
    words: tuple[str, ...]
    frames: tuple[str, ...] = ()


def characters(sample: Sample) -> list[str]:
    """All 1- to 4-grams of the masked text, its ends marked."""
    text = f"^{sample.masked[:LONGEST]}$"
    return [text[i : i + n] for n in range(1, 5) for i in range(len(text) - n + 1)]


def words(sample: Sample) -> list[str]:
    """Words, and pairs of neighbours."""
    segments = [w for w in sample.words[:LONGEST] if not w.isspace()]
    return segments + [a + "_" + b for a, b in zip(segments, segments[1:])]


class View:
    """TF-IDF over one kind of n-grams. scikit-learn learns it; a single message is then weighed without its overhead."""

    def __init__(self, grams: Callable[[Sample], list[str]], least: int, largest: int) -> None:
        """`least`: samples that an n-gram must occur in; `largest`: how many n-grams are kept, the commonest."""
        self._grams, self._least, self._largest = grams, least, largest

    def fit(self, samples: Sequence[Sample]) -> csr_matrix:
        """Learn which n-grams there are and what each weighs; returns the samples' matrix."""
        learner = TfidfVectorizer(
            analyzer=self._grams, sublinear_tf=True, min_df=self._least, max_features=self._largest, dtype=np.float32
        )
        x = learner.fit_transform(samples)
        self._columns = {gram: int(column) for gram, column in learner.vocabulary_.items()}
        self._weights = learner.idf_.astype(np.float32)
        return x

    @property
    def width(self) -> int:
        """How many n-grams are known."""
        return len(self._weights)

    def row(self, sample: Sample) -> tuple[np.ndarray, np.ndarray]:
        """A sample → which columns it fills, with which values; the same as scikit-learn's."""
        counts = Counter(self._columns[gram] for gram in self._grams(sample) if gram in self._columns)
        columns = np.fromiter(counts.keys(), np.int32, len(counts))
        values = (1.0 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * self._weights[columns]
        return columns, values / max(float(np.sqrt(values @ values)), 1e-9)

    def matrix(self, samples: Sequence[Sample]) -> csr_matrix:
        """Samples (n) → sparse matrix (n, width)."""
        rows = [self.row(sample) for sample in samples]
        ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        values, columns = joined([v for _, v in rows], np.float32), joined([c for c, _ in rows], np.int32)
        return csr_matrix((values, columns, ends), (len(rows), self.width))


class Features:
    """TF-IDF over characters and words, side by side."""

    def __init__(self) -> None:
        self._views = (View(characters, 2, 250_000), View(words, 1, 120_000))

    def fit(self, samples: Iterable[Sample]) -> csr_matrix:
        """Learn the vocabulary; returns the matrix (n, features) of the samples themselves."""
        samples = list(samples)
        return hstack([view.fit(samples) for view in self._views]).tocsr()

    def transform(self, samples: Iterable[Sample]) -> csr_matrix:
        """Samples (n) → sparse matrix (n, features)."""
        first, second = self._views
        rows = [(*first.row(sample), *second.row(sample)) for sample in samples]
        columns = [part for a, _, b, _ in rows for part in (a, b + first.width)]
        values = [part for _, a, _, b in rows for part in (a, b)]
        ends = np.cumsum([0, *(len(a) + len(b) for a, _, b, _ in rows)])
        return csr_matrix(
            (joined(values, np.float32), joined(columns, np.int32), ends), (len(rows), first.width + second.width)
        )


def beside(left: csr_matrix, right: csr_matrix) -> csr_matrix:
    """Features of the same samples side by side; of a single sample without what scipy does to make sure."""
    if left.shape[0] != 1:
        return hstack([left, right]).tocsr()
    columns = np.concatenate([left.indices, right.indices + left.shape[1]])
    values = np.concatenate([left.data, right.data])
    return csr_matrix((values, columns, [0, len(columns)]), (1, left.shape[1] + right.shape[1]))


def joined(parts: Sequence[np.ndarray], kind: type) -> np.ndarray:
    """Arrays end to end; none make an empty one."""
    return np.concatenate(parts).astype(kind, copy=False) if parts else np.zeros(0, kind)
