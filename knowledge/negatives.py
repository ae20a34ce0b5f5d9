"""The known questions that nothing answers: files beside the regulations, and the questions of those no longer in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from knowledge.errors import BadFile
from knowledge.records import read_yaml
from knowledge.search import Negatives
from knowledge.statutes import REGULATIONS, Statute


def load_negatives(root: Path = REGULATIONS) -> Negatives:
    """The known questions without an answer: each regulation's unanswerable.yml, and out_of_scope.yml; maybe none."""
    not_covered = [q for path in sorted(root.glob("*/unanswerable.yml")) for q in _questions(path)]
    return Negatives(tuple(not_covered), tuple(_questions(root / "out_of_scope.yml")))


def with_retired(negatives: Negatives, statutes: Sequence[Statute], answering: Sequence[Statute]) -> Negatives:
    """The questions of regulations that no longer answer are about the community, and nothing that is known answers them."""
    known = {q for s in answering for a in s.articles for q in a.questions}
    answers = {s.id for s in answering}
    retired = [q for s in statutes if s.id not in answers for a in s.articles for q in a.questions if q not in known]
    return replace(negatives, not_covered=(*negatives.not_covered, *retired))


def _questions(path: Path) -> list[str]:
    if not path.exists():
        return []
    listed = read_yaml(path)
    rows = listed.get("questions") if isinstance(listed, dict) else listed
    if not isinstance(rows, list) or not all(isinstance(r, str) for r in rows):
        raise BadFile(path.name, "", "应当是问题的列表")
    return rows
