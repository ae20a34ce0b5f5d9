"""Several regulations side by side: which version of each holds, which answer, and which is the community's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from pathlib import Path

from knowledge.statutes import REGULATIONS, Article, Statute, load_statutes

ALIKE = 0.8
"""How much of an article's words a later version must keep for the questions written beside the earlier one to hold."""


class Standing(StrEnum):
    """What a version is worth on a day: 现行, 已修改, 已废止, 尚未施行."""

    IN_FORCE = "in_force"
    AMENDED = "amended"
    REPEALED = "repealed"
    COMING = "coming"


def load_regulations(imported: Path, today: date, shipped: Path = REGULATIONS) -> list[Statute]:
    """Every regulation on file, those that answer first, the community's own before all.

    `imported`: the folder of what the place has imported; it may not be there yet.
    """
    statutes = [*load_statutes(shipped), *(replace(s, imported=True) for s in load_statutes(imported))]
    asked = {s.title for s in statutes if s.asked}
    statutes = [_with_inherited(s, statutes) if s.title in asked else s for s in statutes]
    answering = answering_of(statutes, today)
    first = {s.id for s in answering}
    return [*answering, *(s for s in statutes if s.id not in first)]


def answering_of(statutes: Sequence[Statute], today: date) -> list[Statute]:
    """What answers on a day: the regulations in force, the community's own first.

    The latest import that is the community's own says which city this is: another city's own (the shipped one) is then no
    longer this community's, and stays only readable.
    """
    worth = standings(statutes, today)
    holding = [s for s in statutes if worth[s.id] is Standing.IN_FORCE]
    own = sorted((s for s in holding if s.own), key=lambda s: (s.imported, _age(s)), reverse=True)
    ours = [s for s in own if s.city == own[0].city]
    return [*ours, *(s for s in holding if not s.own)]


def standings(statutes: Sequence[Statute], today: date) -> dict[str, Standing]:
    """What each version is worth on a day, by its id; `statutes` are all that is on file, thousands maybe."""
    family, enders = defaultdict(list), defaultdict(list)
    for statute in statutes:
        family[statute.title].append(statute)
        for title in statute.repeals:
            enders[title].append(statute)
    return {s.id: _standing(s, family[s.title], enders[s.title], today) for s in statutes}


def _standing(statute: Statute, family: Sequence[Statute], enders: Sequence[Statute], today: date) -> Standing:
    """`family`: all versions of it; `enders`: the regulations that say they end it."""
    if statute.repealed and statute.repealed <= today:
        return Standing.REPEALED
    if any(_age(s) > _age(statute) and _begins(s) <= today for s in enders):
        return Standing.REPEALED
    if _begins(statute) > today:
        return Standing.COMING
    newer = (s for s in family if _age(s) > _age(statute))
    return Standing.AMENDED if any(_begins(s) <= today for s in newer) else Standing.IN_FORCE


def versions(statute: Statute, among: Sequence[Statute]) -> list[Statute]:
    """All versions of a regulation, the newest first."""
    return sorted((s for s in among if s.title == statute.title), key=_age, reverse=True)


def _age(statute: Statute) -> tuple[date, bool]:
    """When the text became what it is; of two of the same day, what the place has brought is the better one."""
    return statute.version or statute.effective or date.min, statute.imported


def _begins(statute: Statute) -> date:
    """The day from which this version holds: an amended text still names the day of the first one."""
    return max(statute.effective or date.min, statute.version or date.min)


def _with_inherited(statute: Statute, among: Sequence[Statute]) -> Statute:
    """A version without questions of its own takes those of an earlier one, where the article still says the same."""
    source = next((s for s in versions(statute, among) if s.asked), None)
    if statute.asked or source is None:
        return statute
    return replace(statute, articles=tuple(_inherit(a, source.article(a.number, a.suffix)) for a in statute.articles))


def _inherit(article: Article, earlier: Article | None) -> Article:
    if (
        earlier is None
        or SequenceMatcher(None, _bare(article.text), _bare(earlier.text), autojunk=False).ratio() < ALIKE
    ):
        return article
    return replace(article, point=earlier.point, questions=earlier.questions)


def _bare(text: str) -> str:
    return "".join(c for c in text if c.isalnum())
