"""What each operator is good at, so that who waits for a person is taken by whoever knows the matter."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.categories import load_categories
from knowledge.community import COMMUNITY
from knowledge.records import read_record


@dataclass(frozen=True)
class Operators:
    """`skills`: login → category ids; who is not in it, or has none, takes everything."""

    skills: Mapping[str, Collection[str]] = field(default_factory=dict)

    def fits(self, login: str, category: str | None) -> bool:
        """Whether a matter is this operator's; one of which nothing is known is everybody's."""
        own = self.skills.get(login)
        return not own or category is None or category in own

    def better(self, login: str, category: str | None) -> tuple[str, ...]:
        """Logins of those who know the matter where this operator does not."""
        if self.fits(login, category):
            return ()
        return tuple(other for other, own in self.skills.items() if category in own)


def load_operators(path: Path = COMMUNITY / "operators.yml") -> Operators:
    """The operators on file; `BadFile` for a login twice, or a category that is none."""
    record, known = read_record(path), set(load_categories())
    record.flag("sample")
    skills: dict[str, frozenset[str]] = {}
    for row in record.records("operators"):
        login, own = row.text("login"), frozenset(row.texts("skills"))
        if login in skills:
            raise row.fail("login", "用了两次")
        if unknown := sorted(own - known):
            raise row.fail("skills", f"没有这些类别：{'、'.join(unknown)}")
        row.done()
        skills[login] = own
    record.done()
    return Operators(skills)
