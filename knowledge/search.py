"""The search index: how near a question is to each article and service item, by meaning, by wording, by what was learnt.

Brute force over all passages: with some thousands that takes a millisecond or two, and the embedding of the question
takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.affinity import centre, learn_once
from knowledge.details import asked_in, held_in
from knowledge.embedding import Embedder, Vectors
from knowledge.folding import fold
from knowledge.lexical import LexicalIndex
from knowledge.passages import Document, Passage, passages_of
from knowledge.vectors import Progress, VectorCache
from knowledge.words import terms

Scores = NDArray[np.float32]
FEATURES = (
    "asked_meaning", "asked_meaning_top3", "own_meaning", "piece_meaning",
    "asked_wording", "asked_wording_top3", "own_wording", "own_wording_top3", "affinity",
)  # fmt: skip
"""The columns of `Evidence.documents`: likeness to the questions asked of a document and to its own words."""
BLOCK = 256
"""Questions whose nearness to all passages is reckoned in one product of matrices."""
DECLINED = ("not_covered", "out_of_scope")
"""The two classes of known questions that no document answers."""


class Likeness(NamedTuple):
    """A question against every passage, one number each: meaning (cosine), wording (BM25), and the learnt class scores."""

    meaning: Scores
    wording: Scores
    classes: Scores


class Evidence(NamedTuple):
    """What speaks for each document, [documents, FEATURES], and for declining, [DECLINED, FEATURES]; `length`, the
    question's length in characters; and which details the question asks for that a document has none of,
    [documents, DETAILS]."""

    documents: Scores
    declined: Scores
    length: int
    unmet: Scores


@dataclass(frozen=True)
class Negatives:
    """Known questions that no document answers: about the community but not settled, and about something else."""

    not_covered: tuple[str, ...] = ()
    out_of_scope: tuple[str, ...] = ()


class _Rows:
    """For each class, which passages are its own: rows padded to one width, so that one gather serves many classes.

    Classes of about one size share a block: padding all to the widest (the out-of-scope questions) would cost the most.
    """

    def __init__(self, owners: NDArray[np.int64], chosen: NDArray[np.bool_], classes: int) -> None:
        found = [np.flatnonzero((owners == c) & chosen) for c in range(classes)]
        self._classes = classes
        self._blocks = []
        for width in sorted({_block(len(f)) for f in found}):
            members = [c for c, f in enumerate(found) if _block(len(f)) == width]
            padded = [np.pad(found[c], (0, width - len(found[c])), constant_values=-1) for c in members]
            self._blocks.append((np.asarray(members), np.asarray(padded)))

    def best(self, scores: Scores, floor: float) -> Scores:
        """The three best scores of each class, best first: [classes, 3]; `floor` where there are fewer."""
        floored, best = np.append(scores, np.float32(floor)), np.empty((self._classes, 3), dtype=np.float32)
        for members, padded in self._blocks:
            best[members] = -np.sort(-np.partition(floored[padded], -3, axis=1)[:, -3:], axis=1)
        return best


def _block(size: int) -> int:
    """The width of the block for classes of a size: 4, 8, 16 …"""
    return max(4, 1 << (size - 1).bit_length())


class Index:
    """Documents, their passages and the known questions without an answer, ready to be searched."""

    def __init__(
        self, documents: Sequence[Document], negatives: Negatives, embedder: Embedder, vectors: Vectors, cache: Path
    ) -> None:
        """`vectors`: one for each of `indexed_passages`, in that order; what is learnt from them is kept in `cache`."""
        self.documents = tuple(documents)
        self.passages = indexed_passages(documents, negatives)
        self._embedder = embedder
        self.owners = np.asarray([p.document for p in self.passages], dtype=np.int64)
        self.asked = np.asarray([p.asked for p in self.passages], dtype=np.bool_)
        self._vectors = vectors
        self.lexical = LexicalIndex([p.text for p in self.passages])
        self.pieces = np.asarray([p.piece for p in self.passages], dtype=np.bool_)
        self._taught = np.flatnonzero(np.isin(self.owners, self.owners[self.asked]) & ~self.pieces)
        """The passages to learn from: those of documents with known questions, and the questions without an answer."""
        taught = vectors[self._taught], self.lexical.weights[self._taught], self.owners[self._taught], self.classes
        self.affinity, self._without = learn_once(cache, *taught)
        self._centred = centre(vectors, self.affinity.mean)

    @property
    def classes(self) -> int:
        """The documents and the two ways to decline."""
        return len(self.documents) + len(DECLINED)

    @cached_property
    def _asked_rows(self) -> _Rows:
        return _Rows(self.owners, self.asked, self.classes)

    @cached_property
    def _own_rows(self) -> _Rows:
        return _Rows(self.owners, ~self.asked & ~self.pieces, self.classes)

    @cached_property
    def _all_own_rows(self) -> _Rows:
        return _Rows(self.owners, ~self.asked, self.classes)

    def known(self, question: str) -> int | None:
        """The document that a folded question is known to ask for, word for word; None for a new question."""
        owner = self._known.get(question)
        return owner if owner is not None and owner < len(self.documents) else None

    @cached_property
    def _known(self) -> dict[str, int]:
        return {p.text: p.document for p in self.passages if p.asked}

    def placed(self, questions: Sequence[str]) -> Vectors:
        """Folded questions as unit vectors around the centre of all passages: [questions, d]."""
        return centre(self._embedder.query(list(questions)), self.affinity.mean)

    def evidence(self, question: str) -> Evidence:
        """What speaks for each document, for a folded question."""
        vector = self._embedder.query([question])[0]
        return self._evidence(self._likeness(question, vector), question)

    def evidences_without(self, rows: NDArray[np.int64]) -> Iterator[Evidence]:
        """For each of some known questions, what would speak for each document on asking it, had it not been known."""
        for block in np.array_split(rows, max(1, len(rows) // BLOCK)):
            for row, meaning in zip(block, self._centred[block] @ self._centred.T, strict=True):
                wording = self.lexical.bm25(terms(fold(self.passages[row].text)))
                meaning[row], wording[row] = -1, 0
                classes = self._without[np.searchsorted(self._taught, row)]
                yield self._evidence(Likeness(meaning, wording, classes), self.passages[row].text)

    def _likeness(self, question: str, vector: Vectors) -> Likeness:
        asked = terms(question)
        meaning = self._centred @ centre(vector[None], self.affinity.mean)[0]
        wording = self.lexical.cosine(asked)
        classes = self.affinity.scores(meaning[self._taught], wording[self._taught])
        return Likeness(meaning, self.lexical.bm25(asked), classes)

    def _evidence(self, likeness: Likeness, question: str) -> Evidence:
        asked, own = self._asked_rows, self._own_rows
        meaning, own_meaning = asked.best(likeness.meaning, -1), own.best(likeness.meaning, -1)
        wording, own_wording = asked.best(likeness.wording, 0), own.best(likeness.wording, 0)
        columns = (
            meaning[:, 0], meaning.mean(axis=1), own_meaning[:, 0], self._all_own_rows.best(likeness.meaning, -1)[:, 0],
            wording[:, 0], wording.mean(axis=1), own_wording[:, 0], own_wording.mean(axis=1), likeness.classes,
        )  # fmt: skip
        features = np.stack(columns, axis=1)
        unmet = asked_in(question) * (1 - self._held)
        return Evidence(features[: len(self.documents)], features[len(self.documents) :], len(question), unmet)

    @cached_property
    def _held(self) -> Scores:
        """The details that the documents' own words hold, [documents, DETAILS]."""
        own: list[list[str]] = [[] for _ in self.documents]
        for passage in self.passages:
            if passage.document < len(own) and not passage.asked and not passage.piece:
                own[passage.document].append(passage.text)
        return held_in(["\n".join(texts) for texts in own])


def indexed_passages(documents: Sequence[Document], negatives: Negatives) -> list[Passage]:
    """All passages of the documents, then the known questions without an answer; texts folded."""
    first = len(documents)
    declined = [Passage(first, q, asked=True) for q in negatives.not_covered]
    declined += [Passage(first + 1, q, asked=True) for q in negatives.out_of_scope]
    return [replace(p, text=fold(p.text)) for p in [*passages_of(documents), *declined]]


def build_index(
    documents: Sequence[Document],
    negatives: Negatives,
    embedder: Embedder,
    cache: Path,
    progress: Progress | None = None,
) -> Index:
    """The index, its vectors taken from the folder `cache` as far as they are there."""
    passages = indexed_passages(documents, negatives)
    vectors = VectorCache(cache, embedder).vectors([p.text for p in passages], [p.asked for p in passages], progress)
    return Index(documents, negatives, embedder, vectors, cache)
