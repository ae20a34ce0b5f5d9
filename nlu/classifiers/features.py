"""What the cheap classifier looks at: character n-grams and words of a message, places and numbers masked."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

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


Row = tuple[np.ndarray, np.ndarray]
"""Which columns one sample fills, and with which values."""


@dataclass(frozen=True)
class Sparse:
    """Features of n samples in the arrays of scipy's `csr_matrix`, without what it does to make sure of them: a message
    by itself is scored in less time than it takes to build one."""

    indices: np.ndarray
    data: np.ndarray
    indptr: Sequence[int]

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Sparse:
        """The rows one below the other."""
        columns, values = (joined([row[part] for row in rows], kind) for part, kind in ((0, np.int32), (1, np.float32)))
        return cls(columns, values, [0, *accumulate(len(columns) for columns, _ in rows)])

    def rows(self) -> list[Row]:
        """Each sample's."""
        return [(self.indices[i:j], self.data[i:j]) for i, j in zip(self.indptr, self.indptr[1:])]


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

    def row(self, sample: Sample) -> Row:
        """A sample's features; the same as scikit-learn's."""
        column = self._columns.get
        counts = Counter([known for gram in self._grams(sample) if (known := column(gram)) is not None])
        columns = np.fromiter(counts.keys(), np.int32, len(counts))
        values = (1.0 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * self._weights[columns]
        return columns, values / max(math.sqrt(values @ values), 1e-9)


class Features:
    """TF-IDF over characters and words, side by side."""

    def __init__(self) -> None:
        self._views = (View(characters, 2, 250_000), View(words, 1, 120_000))

    def fit(self, samples: Iterable[Sample]) -> csr_matrix:
        """Learn the vocabulary; returns the matrix (n, features) of the samples themselves."""
        samples = list(samples)
        return hstack([view.fit(samples) for view in self._views]).tocsr()

    def transform(self, samples: Iterable[Sample]) -> Sparse:
        """Features of samples."""
        first, second = self._views
        return Sparse.of([beside(first.row(sample), second.row(sample), first.width) for sample in samples])


def beside(left: Row, right: Row, width: int) -> Row:
    """Two kinds of features of one sample as one; `width`: how many there are of the left kind."""
    return np.concatenate([left[0], right[0] + np.int32(width)]), np.concatenate([left[1], right[1]])


def joined(parts: Sequence[np.ndarray], kind: type) -> np.ndarray:
    """Arrays end to end; none make an empty one."""
    if len(parts) == 1:
        return parts[0].astype(kind, copy=False)
    return np.concatenate(parts).astype(kind, copy=False) if parts else np.zeros(0, kind)
