"""What a classifier is asked about while it is still learning, to set its weights and thresholds by.

The encoder was tuned on most of the examples, so the others are asked, by classifiers that have not seen them either.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from nlu.classifiers.share import held_back

ENOUGH = 200
"""Fewer held back than so many say too little: then all are asked, in folds."""
FOLDS = 4
Rows = np.ndarray
"""Positions of examples."""
Told = TypeVar("Told")


def exams(texts: Sequence[str], labels: np.ndarray) -> list[tuple[Rows, Rows]]:
    """Positions to learn from and positions to be asked about, once or in folds; `labels` (n): in folds, each has its share."""
    asked = np.array([held_back(text) for text in texts], dtype=bool)
    asked &= np.isin(labels, labels[~asked])  # of a label that nothing would be left of, nothing is asked
    if asked.sum() >= ENOUGH:
        return [(np.flatnonzero(~asked), np.flatnonzero(asked))]
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=7)
    return list(folds.split(np.zeros(len(labels)), labels))


def sit(
    papers: Sequence[tuple[Rows, Rows]], tell: Callable[[Rows, Rows], Told], learn: Callable[[], object]
) -> tuple[Rows, list[Told]]:
    """Take the exams while learning from everything: the positions asked about, and what `tell` said in each exam.

    Side by side, for the fitting itself runs outside of Python's lock, and with one thread each for products of matrices:
    with two, the two fits keep each other waiting and take five times as long.
    """
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(os.cpu_count()) as pool:
        learning = pool.submit(learn)
        told = list(pool.map(lambda paper: tell(*paper), papers))
        learning.result()
    return np.concatenate([asked for _, asked in papers]), told
