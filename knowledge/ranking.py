"""From evidence to an order of documents, and to a calibrated decision whether any of them answers.

Both are trained on the questions that are known: each is asked as if it were not known, so what is learnt holds for
questions that are new. Kept as JSON: plain numbers, and nothing that runs.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.decision import NETWORKS, STATUSES, WEIGHTS, Decision, learn_decision, undecided
from knowledge.details import DETAILS
from knowledge.errors import BadFile
from knowledge.search import FEATURES, Evidence, Index

CUES = (
    "share_of_best", "lead_of_best", *(f"best_{f}" for f in FEATURES),
    *(f"{status}_{f}" for status in STATUSES[1:] for f in ("asked_meaning", "asked_meaning_top3", "asked_wording", "affinity")),
    "length", *(f"unmet_{name}" for name, _, _ in DETAILS),
)  # fmt: skip
"""What the decision looks at; see `cues`."""
_DECLINED_COLUMNS = [FEATURES.index(f) for f in ("asked_meaning", "asked_meaning_top3", "asked_wording", "affinity")]
SHAPE = f"{NETWORKS} networks {WEIGHTS}"
"""Told apart from files that an earlier way of deciding has left in the cache."""
MOST = 8000
"""Known questions to learn from."""
PENALTY = 1e-4
"""On the weights of the order, in units of each feature's spread."""
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Verdict:
    """Documents best first as positions in the index, each with its share of belief (all shares sum to 1), and the
    probability of each status."""

    order: tuple[int, ...]
    shares: tuple[float, ...]
    statuses: dict[str, float]

    def settled_on(self, document: int) -> Verdict:
        """The same, with this document known to be the answer."""
        order = (document, *(d for d in self.order if d != document))
        shares = (1.0, *(0.0 for _ in order[1:]))
        return Verdict(order, shares, {status: float(status == "answered") for status in STATUSES})

    @property
    def status(self) -> str:
        """The most probable of answered, not_covered, out_of_scope."""
        return max(self.statuses, key=lambda s: self.statuses[s])


@dataclass(frozen=True)
class Ranking:
    """`order`: a weight for each of FEATURES. `decision`: from CUES to the statuses."""

    order: Array
    decision: Decision

    def judge(self, evidence: Evidence) -> Verdict:
        """Order the documents and decide."""
        shares = self._shares(evidence)
        best = np.argsort(-shares, kind="stable")[:10]
        statuses = self.decision.probabilities(cues(evidence, shares))
        return Verdict(tuple(map(int, best)), tuple(map(float, shares[best])), statuses)

    def _shares(self, evidence: Evidence) -> Array:
        return shares_of(self.order, evidence)

    def save(self, path: Path) -> None:
        """Write as JSON, all or nothing."""
        content = {
            "features": FEATURES,
            "cues": CUES,
            "order": self.order.round(5).tolist(),
            "decision": self.decision.as_numbers(),
        }
        part = path.with_suffix(".part")
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        os.replace(part, path)

    @classmethod
    def load(cls, path: Path) -> Ranking:
        """Read what `save` wrote. Raises `BadFile` where it is missing, damaged, or of another shape."""
        try:
            content = json.loads(path.read_text("utf-8"))
            order = np.asarray(content["order"], dtype=np.float64)
            decision = Decision.of_numbers(content["decision"], len(CUES))
            shown = content["features"], content["cues"]
        except (OSError, ValueError, KeyError, TypeError) as failure:
            raise BadFile(path.name, "", "读不到训练好的权重，请重新训练（linli train）") from failure
        if shown != (list(FEATURES), list(CUES)) or order.shape != (len(FEATURES),):
            raise BadFile(path.name, "", "权重与程序版本不符，请重新训练（linli train）")
        return cls(order, decision)


def shares_of(order: Array, evidence: Evidence) -> Array:
    """Each document's share of belief, by the weights `order`."""
    scores = evidence.documents @ order
    shares: Array = np.exp(scores - scores.max())
    return shares / shares.sum()


def cues(evidence: Evidence, shares: Array) -> Array:
    """What the decision looks at, [CUES]: how clearly one document leads and how near it is, how near the questions
    that are known to have no answer are, the question's length, and the details that it asks for and the document in the lead has none of."""
    second, best = np.argsort(shares)[-2:] if len(shares) > 1 else (0, 0)
    lead = np.log(shares[best] + 1e-9) - np.log(shares[second] + 1e-9)
    declined = evidence.declined[:, _DECLINED_COLUMNS].ravel()
    known = [shares[best], min(lead, 8.0)], evidence.documents[best], declined, [np.log1p(evidence.length)]
    return np.concatenate((*known, evidence.unmet[best]))


UNTRAINED = Ranking(
    order=np.asarray([0.0, 0.0, 4.0, 6.0, 0.0, 0.0, 20.0, 5.0, 0.0]),
    decision=undecided(len(CUES)),
)
"""For a regulation without known questions: by its own words alone, never declining."""


def train_ranking(index: Index) -> Ranking:
    """Learn the order and the decision from the index's own known questions, each left out in turn.

    Without questions there is nothing to learn from (`UNTRAINED`); without questions that have no answer, nothing is
    ever declined, because nothing shows what to decline.
    """
    rows = _spread(np.flatnonzero(index.asked))
    evidences = list(index.evidences_without(rows))
    owners = index.owners[rows]
    answerable = owners < len(index.documents)
    if not answerable.any():
        return UNTRAINED
    order = _learn_order([e for e, a in zip(evidences, answerable, strict=True) if a], owners[answerable])
    labels = np.maximum(owners - len(index.documents) + 1, 0)
    return Ranking(order, learn_decision(np.stack([cues(e, shares_of(order, e)) for e in evidences]), labels))


def _spread(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """At most `MOST` rows, evenly over all."""
    return rows if len(rows) <= MOST else rows[np.linspace(0, len(rows) - 1, MOST).astype(np.int64)]


def _learn_order(evidences: list[Evidence], owners: NDArray[np.int64]) -> Array:
    """Weights under which the right document has the largest share: a logit over all documents (conditional logit),
    so that the shares may be read as probabilities."""
    from scipy.optimize import minimize

    features = np.stack([e.documents for e in evidences]).astype(np.float64)
    scale = features.std(axis=(0, 1)) + 1e-6
    scaled, right = features / scale, (np.arange(len(owners)), owners)

    def loss(weights: Array) -> tuple[float, Array]:
        scores = scaled @ weights
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        value = -np.log(shares[right] + 1e-12).mean() + PENALTY * weights @ weights
        shares[right] -= 1
        return float(value), np.einsum("nd,ndf->f", shares, scaled) / len(owners) + 2 * PENALTY * weights

    weights: Array = minimize(loss, np.zeros(len(scale)), jac=True, method="L-BFGS-B").x
    return weights / scale
