"""A linear classifier over sparse features that keeps weights for the features it has met, and for no others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from nlu.classifiers.features import Sparse


class Linear:
    """One score for each label. Some hundred of these stay in memory: hence few columns, and single precision."""

    def __init__(self, softness: float = 1.0, balance: float = 0.0) -> None:
        """`softness`: the C of the support vector machine. `balance`: 0 takes labels as often as they come, 1 as equals."""
        self._softness, self._balance = softness, balance
        self.labels: list[str] = []

    def fit(self, x: csr_matrix, y: Sequence[str]) -> Linear:
        """Learn from features (n, features) with two labels or more."""
        names, counts = np.unique(y, return_counts=True)
        weights = dict(zip(names, (counts / counts.mean()) ** -self._balance))
        self._columns = np.unique(x.indices)
        machine = LinearSVC(C=self._softness, class_weight=weights).fit(x[:, self._columns], y)
        coefficients, offsets = machine.coef_, machine.intercept_
        if len(names) == 2:  # scikit-learn keeps one row for two labels
            coefficients, offsets = np.vstack([-coefficients, coefficients]), np.concatenate([-offsets, offsets])
        self.labels = [str(name) for name in names]
        self._weights = np.ascontiguousarray(coefficients.T, dtype=np.float32)
        self._offsets = offsets.astype(np.float32)
        return self

    def scores(self, x: csr_matrix | Sparse) -> np.ndarray:
        """Features (n, features) → scores (n, labels)."""
        columns = self._columns[:-1].searchsorted(x.indices)  # not x[:, columns]: that sorts them all for each message
        met = x.data * (self._columns[columns] == x.indices)
        count = len(x.indptr) - 1
        if count == 1:  # a message by itself: building a matrix would cost more than the product
            return np.asarray(met @ self._weights[columns] + self._offsets)[None]
        return np.asarray(
            csr_matrix((met, columns, x.indptr), (count, len(self._columns))) @ self._weights + self._offsets
        )
