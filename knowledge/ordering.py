"""From evidence to the order of documents: a first look at all of them, a second at the likeliest, side by side.

The first is a straight line over what speaks for a document. The second also sees how far it stays behind the best in each
respect and bends (one hidden layer): a document that is second in everything is often the right one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.search import FEATURES, Evidence

Array = NDArray[np.float64]
LOOKED_AT = 24
"""Documents that get the second look."""
HIDDEN = 16
PENALTY = 1e-4
"""On the weights, in units of each feature's spread."""
WIDTH = 3 * len(FEATURES) + 1
"""What the second look sees of a document; see `beside`."""


@dataclass(frozen=True)
class Order:
    """`first`: a weight for each of FEATURES. Second: features → hidden [WIDTH, HIDDEN] and its offset → one score, and
    straight to the score as well."""

    first: Array
    inner: Array
    offset: Array
    outer: Array
    straight: Array

    def shares(self, evidence: Evidence) -> Array:
        """Each document's share of belief, [documents]; they sum to 1 and may be read as probabilities."""
        scores = evidence.documents @ self.first
        likeliest = _likeliest(scores)
        shares: Array = np.zeros(len(scores))
        shares[likeliest] = _softmax(self._second(beside(evidence, scores, likeliest)))
        return shares

    def _second(self, seen: Array) -> Array:
        second: Array = np.maximum(seen @ self.inner + self.offset, 0.0) @ self.outer + seen @ self.straight
        return second

    def as_numbers(self) -> dict[str, Any]:
        """For a JSON file."""
        return {name: array.round(5).tolist() for name, array in vars(self).items()}

    @classmethod
    def of_numbers(cls, numbers: Mapping[str, Any]) -> Order:
        """What `as_numbers` gave. Raises KeyError, TypeError or ValueError for anything else."""
        order = cls(**{name: np.asarray(numbers[name], dtype=np.float64) for name in cls.__annotations__})
        if [a.shape for a in vars(order).values()] != [a.shape for a in vars(straight_order(order.first)).values()]:
            raise ValueError("numbers of another shape")
        return order


def straight_order(first: Array) -> Order:
    """The first look alone."""
    straight = np.zeros(WIDTH)
    straight[-1] = 1.0
    return Order(first, np.zeros((WIDTH, HIDDEN)), np.zeros(HIDDEN), np.zeros(HIDDEN), straight)


def beside(evidence: Evidence, scores: Array, likeliest: NDArray[np.int64]) -> Array:
    """What the second look sees, [likeliest, WIDTH]: the features, how far each stays behind the best of all documents,
    1 / its rank among the likeliest, and the first look's score behind the best."""
    features = evidence.documents[likeliest].astype(np.float64)
    behind = features - evidence.documents.max(axis=0)
    ranks = 1 / (1 + np.argsort(np.argsort(-features, axis=0, kind="stable"), axis=0))
    return np.concatenate([features, behind, ranks, (scores[likeliest] - scores.max())[:, None]], axis=1)


def learn_order(evidences: Sequence[Evidence], owners: NDArray[np.int64]) -> Order:
    """Weights under which the right document has the largest share, first for the one look, then for the other."""
    first = _learn_first(np.stack([e.documents for e in evidences]).astype(np.float64), owners)
    seen, right = [], []
    for evidence, owner in zip(evidences, owners.tolist(), strict=True):
        scores = evidence.documents @ first
        likeliest = _likeliest(scores)
        if owner in likeliest and len(likeliest) == min(LOOKED_AT, len(scores)):
            seen.append(beside(evidence, scores, likeliest))
            right.append(int(np.flatnonzero(likeliest == owner)[0]))
    return _learn_second(first, np.stack(seen), np.asarray(right)) if seen else straight_order(first)


def _likeliest(scores: Array) -> NDArray[np.int64]:
    return np.argsort(-scores, kind="stable")[:LOOKED_AT]


def _softmax(scores: Array) -> Array:
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def _learn_first(features: Array, owners: NDArray[np.int64]) -> Array:
    """A logit over all documents (conditional logit): features [n, documents, FEATURES] → weights [FEATURES]."""
    scale = features.std(axis=(0, 1)) + 1e-6
    scaled = features / scale

    def loss(weights: Array) -> tuple[float, Array]:
        value, slope = _surprise(scaled @ weights, owners)
        return value + PENALTY * weights @ weights, np.einsum("nd,ndf->f", slope, scaled) + 2 * PENALTY * weights

    return _least(loss, np.zeros(len(scale))) / scale


def _learn_second(first: Array, seen: Array, right: NDArray[np.int64]) -> Order:
    """The same with a hidden layer: seen [n, likeliest, WIDTH], beginning where the first look stands."""
    mean, scale = seen.mean(axis=(0, 1)), seen.std(axis=(0, 1)) + 1e-6
    scaled = ((seen - mean) / scale).reshape(-1, WIDTH)
    begin = straight_order(first)
    sizes = np.cumsum([WIDTH * HIDDEN, HIDDEN, HIDDEN])

    def parts(weights: Array) -> tuple[Array, Array, Array, Array]:
        inner, offset, outer, straight = np.split(weights, sizes)
        return inner.reshape(WIDTH, HIDDEN), offset, outer, straight

    def loss(weights: Array) -> tuple[float, Array]:
        inner, offset, outer, straight = parts(weights)
        hidden = np.maximum(scaled @ inner + offset, 0.0)
        value, slope = _surprise((hidden @ outer + scaled @ straight).reshape(len(right), -1), right)
        flat = slope.reshape(-1)
        back = flat[:, None] * outer * (hidden > 0)
        slopes = (scaled.T @ back, back.sum(axis=0), hidden.T @ flat, scaled.T @ flat)
        return value + PENALTY * weights @ weights, np.concatenate([s.ravel() for s in slopes]) + 2 * PENALTY * weights

    chance = np.random.default_rng(0)
    start = (chance.normal(0, 0.2, begin.inner.size), begin.offset, chance.normal(0, 0.2, HIDDEN), begin.straight * scale)
    inner, offset, outer, straight = parts(_least(loss, np.concatenate([s.ravel() for s in start])))
    unscaled = inner / scale[:, None]
    return Order(first, unscaled, offset - mean @ unscaled, outer, straight / scale)


def _surprise(scores: Array, right: NDArray[np.int64]) -> tuple[float, Array]:
    """How surprising the right ones are on average, and its slope by the scores [n, documents]."""
    shares, rows = _softmax(scores), np.arange(len(right))
    value = -float(np.log(shares[rows, right] + 1e-12).mean())
    shares[rows, right] -= 1
    return value, shares / len(right)


def _least(loss: Callable[[Array], tuple[float, Array]], start: Array) -> Array:
    from scipy.optimize import minimize

    least: Array = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return least
