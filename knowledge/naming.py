"""Which regulations a question names: 北京市物业管理条例里业主大会怎么开, 信访工作条例说了什么."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from knowledge.preamble import city_of
from knowledge.statutes import Statute

SHORTEST_NAME = 5
"""Characters of a name that is looked for: 条例 and 管理办法 name none."""


class Names:
    """The names of regulations, in full and without the place they are of, ready to be found in a question."""

    def __init__(self, statutes: Iterable[Statute]) -> None:
        listed = list(statutes)
        self._names = (_by_name(listed, lambda s: s.title), _by_name(listed, short_title))

    def find(self, folded: str) -> tuple[Sequence[Statute], str]:
        """The regulations whose name stands in a folded question, and that name; else none and ""."""
        for names in self._names:
            found = max((name for name in names if name in folded), key=len, default="")
            if found:
                return names[found], found
        return (), ""


def _by_name(statutes: Iterable[Statute], name_of: Callable[[Statute], str]) -> Mapping[str, list[Statute]]:
    names: dict[str, list[Statute]] = defaultdict(list)
    for statute in statutes:
        if len(name_of(statute)) >= SHORTEST_NAME:
            names[name_of(statute)].append(statute)
    return dict(names)


def short_title(statute: Statute) -> str:
    """A title without the place it opens with: 物业管理条例 for 北京市物业管理条例."""
    title = statute.title.removeprefix("中华人民共和国")
    city = city_of(title)
    return title.removeprefix(city) if city != "全国" else title
