"""The shelf: regulations without questions of their own, however many, found by their articles' words and meaning alone.

One vector and one row of words an article, both mapped from files: 150,000 articles are searched in some tens of
milliseconds, and a process that starts finds the index made.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.affinity import centre
from knowledge.embedding import Embedder, Vectors
from knowledge.folding import fold
from knowledge.passages import Document, documents_of
from knowledge.statutes import Statute
from knowledge.vectors import Progress, VectorCache
from knowledge.wordindex import WordIndex, build_word_index
from knowledge.words import terms

MOST = 3
WORDING = 1.5
"""Weight of the wording's score beside the meaning's 1."""
SURE = (-3.61, 4.91, 4.53)
"""Log-odds that the best article is the right one: a constant, the weights of its score and of its lead over the second.

Measured on 282 of the shipped regulation's questions and 160 without an answer, asked of five regulations (322 articles) by
their words alone: from odds of even on, 93 of 100 first articles were right, and 16 of 100 questions without an answer got one.
"""
SURE_BY_WORDS = (-3.34, 4.97, 4.51)
"""The same where there are no vectors."""
CENTRED = "centred.npy"
MEAN = "mean.npy"


@dataclass(frozen=True)
class Hit:
    """The best articles, at most three, and how sure it is, 0 to 1, that the first one answers."""

    documents: tuple[Document, ...]
    sureness: float


class Shelf:
    """The articles of many regulations, ready to be searched. Safe to share between threads."""

    def __init__(self, statutes: Sequence[Statute], embedder: Embedder, folder: Path) -> None:
        """`folder`: what `build_shelf` has made of these statutes."""
        self._documents = documents_of(statutes, {})
        self._owners = np.repeat(np.arange(len(statutes)), [len(s.articles) for s in statutes])
        self._rows = {statute.id: row for row, statute in enumerate(statutes)}
        self._embedder = embedder
        self._centred: Vectors = np.load(folder / CENTRED, mmap_mode="r")
        self._mean: Vectors = np.load(folder / MEAN)
        self._words = WordIndex(folder)
        self._sure = SURE if self._mean.any() else SURE_BY_WORDS

    def search(self, question: str, within: Sequence[str] = ()) -> Hit:
        """The best articles for a folded question, of all regulations or only of those with the ids `within`."""
        vector = centre(self._embedder.query([question]), self._mean)[0]
        scores = np.asarray(self._centred @ vector) + WORDING * self._words.scores(terms(question))
        if within:
            scores[~np.isin(self._owners, [self._rows[id_] for id_ in within if id_ in self._rows])] = -np.inf
        best = _best(scores, MOST)
        return Hit(tuple(self._documents[i] for i in best), self._sureness(scores[best]))

    def _sureness(self, best: NDArray[np.float32]) -> float:
        lead = float(best[0] - best[1]) if len(best) > 1 else 0.0
        constant, score, ahead = self._sure
        return float(1 / (1 + np.exp(-(constant + score * float(best[0]) + ahead * lead))))


def _best(scores: NDArray[np.float32], most: int) -> list[int]:
    """The rows with the highest scores, best first; what is left out by -inf never."""
    count = min(most, len(scores))
    rows = np.argpartition(-scores, count - 1)[:count]
    ranked = rows[np.argsort(-scores[rows], kind="stable")]
    return [int(row) for row in ranked if np.isfinite(scores[row])]


def build_shelf(
    statutes: Sequence[Statute], embedder: Embedder, cache: Path, progress: Progress | None = None
) -> Shelf | None:
    """The shelf of these regulations, made anew only where a text or the embedder is new; None where there are none.

    Vectors are kept text by text, so that one more regulation costs only its own articles.
    """
    texts = [fold(article.text) for statute in statutes for article in statute.articles]
    if not texts:
        return None
    content = hashlib.blake2b("\x00".join([embedder.name, *texts]).encode(), digest_size=8).hexdigest()
    folder = cache / f"shelf-{content}"
    if not folder.exists():
        vectors = VectorCache(cache / "shelf-vectors", embedder).vectors(texts, [False] * len(texts), progress)
        write_shelf(folder, texts, vectors, progress)
    return Shelf(statutes, embedder, folder)


def write_shelf(folder: Path, texts: Sequence[str], vectors: Vectors, progress: Progress | None = None) -> None:
    """Make the index of folded texts and their vectors in one step, in place of any other one beside it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="part-") as part:
        made = Path(part) / folder.name
        made.mkdir()
        mean = vectors.mean(axis=0)
        np.save(made / MEAN, mean)
        np.save(made / CENTRED, centre(vectors, mean))
        build_word_index(texts, made, progress)
        for old in folder.parent.glob("shelf-????????????????"):
            shutil.rmtree(old, ignore_errors=True)
        os.replace(made, folder)
