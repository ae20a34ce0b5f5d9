"""Which past tickets are learned from, and which ones the result is measured on, whatever the length of the history."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from nlu.dispatch.history import UNTIMED, Moment, Past

LEARNED = 30_000
"""Tickets learned from at most: more would cost hours of sentence vectors and add little."""
OF_ONE_UNIT = 2_000
MEASURED = 5_000
TRAINED_SHARE = 0.75
RETIRED = 1e-3
"""A unit is taken to get nothing any more where so long a silence at the end would be less likely than this by chance."""
TELLING = 10
"""Fewer tickets than so many say nothing about when a unit's work ended."""


@dataclass(frozen=True)
class Lesson:
    """Tickets to learn from, oldest first. `counts`: how many tickets each unit really had. `retired`: units that get
    nothing any more."""

    tickets: Sequence[Past]
    counts: Counter[str]
    retired: frozenset[str] = frozenset()

    def at_work(self) -> Lesson:
        """The lesson without the tickets of retired units."""
        return replace(self, tickets=[ticket for ticket in self.tickets if ticket.unit not in self.retired])


def cut_in_time(moments: Iterable[Moment]) -> tuple[Moment, int]:
    """The moment before which three quarters of the tickets lie, and how many come from then on."""
    ordered = sorted(moments) or [()]
    at = ordered[int(len(ordered) * TRAINED_SHARE)]
    return at, sum(moment >= at for moment in ordered)


def lesson_from(tickets: Iterable[Past], largest: int = LEARNED) -> Lesson:
    """The newest different tickets of each unit: rare units keep all they have, common ones give way to them."""
    newest: defaultdict[str, list[Past]] = defaultdict(list)
    counts: Counter[str] = Counter()
    moments: list[Moment] = []
    for ticket in tickets:
        counts[ticket.unit] += 1
        moments.append(ticket.at)
        (heapq.heappush if len(newest[ticket.unit]) < OF_ONE_UNIT else heapq.heappushpop)(newest[ticket.unit], ticket)
    retired = retired_among(counts, {unit: max(kept).at for unit, kept in newest.items()}, sorted(moments))
    different = {unit: sorted({t.text: t for t in sorted(kept)}.values()) for unit, kept in newest.items()}
    share = fair_share([len(kept) for kept in different.values()], largest)
    return Lesson(sorted(t for kept in different.values() for t in kept[-share:]), counts, retired)


def retired_among(counts: Mapping[str, int], last: Mapping[str, Moment], moments: Sequence[Moment]) -> frozenset[str]:
    """Units whose tickets ended too early for chance: dissolved, renamed, or no longer reached by this desk.

    `counts` and `last`: how many tickets each unit had, and when the last; `moments`: of all tickets, oldest first. Were a
    unit's n tickets spread evenly, none would come after a share s of all with probability sⁿ. If most units seem retired,
    the file is not in the order of time, and none is.
    """
    telling = [unit for unit, count in counts.items() if count >= TELLING and last[unit][:1] != UNTIMED]
    gone = [u for u in telling if (bisect_right(moments, last[u]) / len(moments)) ** counts[u] < RETIRED]
    return frozenset(gone) if 2 * len(gone) < len(telling) else frozenset()


def fair_share(sizes: Sequence[int], largest: int) -> int:
    """The most that each may have so that all together have no more than `largest` (but each at least one)."""
    low, high = 1, max(sizes, default=1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if sum(min(size, middle) for size in sizes) <= largest else (low, middle - 1)
    return low


def exam_from(tickets: Iterable[Past], count: int) -> list[Past]:
    """Of `count` tickets as many as are measured on, evenly over their whole length."""
    step = -(-count // MEASURED)
    return [ticket for number, ticket in enumerate(tickets) if number % step == 0]
