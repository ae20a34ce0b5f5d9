"""Answering a resident's question from the regulation and the service catalog, word for word, or saying that they don't.

Nothing is composed: an answer is chosen, and quoted. So an instruction inside a question has nothing to act on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge.articles import label_of
from knowledge.asking import heart_of, looks_back
from knowledge.catalog import ServiceItem, load_catalog
from knowledge.citation import Citation, cite
from knowledge.closeness import Space
from knowledge.embedding import Embedder, Remembering
from knowledge.folding import fold
from knowledge.house_answers import Fit, HouseAnswer, HouseAnswers, tell_house_answer
from knowledge.naming import Names
from knowledge.negatives import load_negatives, with_retired
from knowledge.passages import Document, document_of, documents_of
from knowledge.ranking import CUES, SHAPE, Ranking, Verdict, train_ranking
from knowledge.references import Reference, references_in
from knowledge.regulations import answering_of, load_regulations
from knowledge.reply import tell, tell_no_such_article, tell_not_covered, tell_other_law
from knowledge.search import FEATURES, Index, Negatives, build_index
from knowledge.shelf import Hit, Shelf, build_shelf
from knowledge.slots import slots_in
from knowledge.statutes import Statute, load_statutes
from knowledge.threads import one_thread_each
from knowledge.vectors import Progress
from knowledge.wording import say

MOST_CITATIONS = 3
MOST_NEAR = 8
SURE_ENOUGH = 0.4
"""How sure the shelf must be of an article to answer with it; `SURE_WITHIN` where the question names the regulation."""
SURE_WITHIN = 0.1
ALSO_TOLD = 0.3
"""Share of belief from which a second document is quoted in full beside the first."""
ALSO_NAMED = 0.01
"""Share of belief from which it is at least named."""
UNSURE = 0.6
"""Confidence below which an answer should be looked at by somebody."""


@dataclass(frozen=True)
class Answer:
    """`status`: answered, not_covered or out_of_scope, with `confidence` 0 to 1 in it; `text`: what to tell;
    `citations`: what the answer rests on, at most three, best first; `related`: the nearest where nothing answers."""

    status: str
    text: str
    citations: tuple[Citation, ...]
    confidence: float
    related: tuple[Citation, ...] = ()

    @property
    def wanting(self) -> bool:
        """Whether the knowledge falls short of the question: a community's affair that nothing answers, or not surely."""
        return self.status == "not_covered" or (self.status == "answered" and self.confidence < UNSURE)


class Answerer:
    """Answers questions. Safe to share between threads."""

    def __init__(
        self,
        statutes: Sequence[Statute],
        index: Index,
        ranking: Ranking,
        shelf: Shelf | None = None,
        shelved: Sequence[Statute] = (),
    ) -> None:
        """`statutes`: the first one is the community's own, the one that 第三十条 means; `shelved`: those on the `shelf`, for
        which no questions are written."""
        one_thread_each()
        self._statutes, self._index, self._ranking = tuple(statutes), index, ranking
        self._shelf, self._names = shelf, Names(shelved)
        self.space = Space(index.placed)
        self._house = HouseAnswers(tuple, self.space)

    def heed(self, told: Callable[[], Sequence[HouseAnswer]]) -> None:
        """Tell what the community has answered itself, too; `told` is called for each question."""
        self._house = HouseAnswers(told, self.space)

    def answer(self, question: str, context: Sequence[str] = ()) -> Answer:
        """Answer a question; `context` are the resident's earlier questions, oldest first."""
        house = self._house.nearest(question)
        if house and house.same:
            return _answer_house(house)
        answer = self._answer_from_sources(question, context)
        wanting = answer.wanting or answer.status == "out_of_scope"
        return _answer_house(house) if house and house.close and wanting else answer

    def _answer_from_sources(self, question: str, context: Sequence[str]) -> Answer:
        named = references_in(fold(question), [s.title for s in self._statutes])
        if named:
            return self._answer_named(named, question)
        asked = heart_of(question)
        if not asked:
            return Answer("out_of_scope", say("answer_out_of_scope" if question.strip() else "answer_empty"), (), 1.0)
        statutes, name = self._names.find(asked)
        if statutes:
            return self._answer_within(statutes, asked.replace(name, "") or asked)
        if context and looks_back(asked):
            return self._answer_follow_up(asked, context)
        return self._answer_found(asked, self._judge(asked))

    def nearest(self, question: str) -> tuple[Citation, ...]:
        """The documents nearest to a question, whether or not one of them answers it: the index's and the shelf's."""
        asked = heart_of(question)
        if not asked:
            return ()
        shelf = self._shelf.search(asked).documents if self._shelf else ()
        near = [self._index.documents[i] for i in self._judge(asked).order[: MOST_NEAR - len(shelf)]]
        return tuple(cite(d, asked) for d in (*shelf, *near))

    def _judge(self, asked: str) -> Verdict:
        """What was written beside a document as its question is answered by it; anything else is weighed."""
        verdict = self._ranking.judge(self._index.evidence(asked))
        known = self._index.known(asked)
        return verdict if known is None else verdict.settled_on(known)

    def _answer_named(self, named: Sequence[Reference], question: str) -> Answer:
        """The articles that are named; the truth where there is no such article, or where another law is meant."""
        foreign = next((r.law for r in named if r.law), "")
        if foreign:
            return Answer("not_covered", tell_other_law(foreign, self._statutes[:MOST_CITATIONS]), (), 1.0)
        documents = []
        for reference in named[:MOST_CITATIONS]:
            statute = self._statute(reference)
            article = statute.article(reference.number, reference.suffix)
            if article is None:
                return Answer("not_covered", tell_no_such_article(statute, _label(reference)), (), 1.0)
            documents.append(document_of(statute, article))
        return Answer("answered", tell(documents, (), question), tuple(cite(d, question) for d in documents), 1.0)

    def _statute(self, named: Reference) -> Statute:
        return next((s for s in self._statutes if s.title == named.title), self._statutes[0])

    def _answer_within(self, statutes: Sequence[Statute], asked: str) -> Answer:
        """Answer from the regulations that the question names, and no others."""
        assert self._shelf is not None
        hit = self._shelf.search(asked, [s.id for s in statutes])
        if hit.sureness >= SURE_WITHIN:
            return _answer_hit(hit, asked)
        near = hit.documents[:1]
        return Answer(
            "not_covered",
            tell_not_covered(statutes[0], near),
            (),
            1 - hit.sureness,
            tuple(cite(d, asked) for d in near),
        )

    def _answer_follow_up(self, asked: str, context: Sequence[str]) -> Answer:
        """Read a question that leans on the last one together with it, where that is the surer reading."""
        alone = self._judge(asked)
        together = heart_of(f"{context[-1]}，{asked}")
        joint = self._judge(together)
        surer = joint.statuses["answered"] * joint.shares[0] >= alone.statuses["answered"] * alone.shares[0]
        return self._answer_found(together if surer else asked, joint if surer else alone)

    def _answer_found(self, asked: str, verdict: Verdict) -> Answer:
        hit = self._shelf.search(asked) if self._shelf else None
        if hit and _outweighs(hit, verdict):
            return _answer_hit(hit, asked)
        status, sureness = verdict.status, verdict.statuses[verdict.status]
        ranked = [self._index.documents[i] for i in verdict.order]
        if status == "out_of_scope":
            return Answer(status, say("answer_out_of_scope"), (), sureness)
        if status == "not_covered":
            near = ranked[:1]
            return Answer(
                status, tell_not_covered(self._statutes[0], near), (), sureness, tuple(cite(d, asked) for d in near)
            )
        told, also = self._chosen(ranked, verdict.shares)
        slot = next(iter(slots_in(asked)), "")
        citations = tuple(cite(d, asked, slot) for d in (*told, *also))
        return Answer(status, tell(told, also, asked), citations, sureness)

    def _chosen(self, ranked: Sequence[Document], shares: Sequence[float]) -> tuple[list[Document], list[Document]]:
        """What is quoted, and what is only named: documents of the best one's kind that are nearly as likely."""
        near = [(d, share) for d, share in zip(ranked[1:], shares[1:], strict=True) if share >= ALSO_NAMED]
        near = near[: MOST_CITATIONS - 1]
        told = [ranked[0]] + [d for d, share in near if share >= ALSO_TOLD and not (d.item or ranked[0].item)]
        return told, [d for d, _ in near if d not in told]


def _outweighs(hit: Hit, verdict: Verdict) -> bool:
    """Whether the shelf is surer of its article than the known questions are of their document, or that it is no affair of ours."""
    return hit.sureness > max(
        SURE_ENOUGH, verdict.statuses["answered"] * verdict.shares[0], verdict.statuses["out_of_scope"]
    )


def _answer_house(fit: Fit) -> Answer:
    return Answer("answered", tell_house_answer(fit.answer), (), fit.closeness)


def _answer_hit(hit: Hit, asked: str) -> Answer:
    first, *others = hit.documents
    return Answer("answered", tell([first], others, asked), tuple(cite(d, asked) for d in hit.documents), hit.sureness)


def _label(reference: Reference) -> str:
    return label_of(reference.number, reference.suffix) if reference.number <= 9999 else f"第{reference.number}条"


def build_answerer(
    statutes: Sequence[Statute],
    catalog: Mapping[str, ServiceItem],
    negatives: Negatives,
    embedder: Embedder,
    cache: Path,
    progress: Progress | None = None,
) -> Answerer:
    """An answerer over the given knowledge; vectors and trained weights are kept in the folder `cache`.

    The weights are trained anew whenever the knowledge, the embedder or what is looked at differs from what
    they were trained on.
    """
    embedder = Remembering(embedder)
    home = [s for s in statutes if s.asked] or ([] if catalog else list(statutes[:1]))
    index = build_index(documents_of(home, catalog), negatives, embedder, cache, progress)
    content = "\n".join([embedder.name, SHAPE, *FEATURES, *CUES, *(f"{p.document}\t{p.text}" for p in index.passages)])
    path = cache / f"ranking-{hashlib.blake2b(content.encode(), digest_size=8).hexdigest()}.json"
    if not path.exists():
        train_ranking(index).save(path)
    others = [s for s in statutes if not any(s is h for h in home)]
    return Answerer(statutes, index, Ranking.load(path), build_shelf(others, embedder, cache, progress), others)


def load_answerer(embedder: Embedder, cache: Path, progress: Progress | None = None) -> Answerer:
    """An answerer over the knowledge that is shipped."""
    return build_answerer(load_statutes(), load_catalog(), load_negatives(), embedder, cache, progress)


def load_answerer_with(
    imported: Path, today: date, embedder: Embedder, cache: Path, progress: Progress | None = None
) -> Answerer:
    """An answerer over the shipped knowledge and the regulations in the folder `imported`, as they stand today."""
    statutes = load_regulations(imported, today)
    answering = answering_of(statutes, today) or statutes
    negatives = with_retired(load_negatives(), statutes, answering)
    return build_answerer(answering, load_catalog(), negatives, embedder, cache, progress)
