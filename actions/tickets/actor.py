"""Who does a deed: a role and an id, so that the history can say it and the workflow can check it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """The parts that people, and the system itself, play toward a ticket."""

    RESIDENT = "resident"
    WORKER = "worker"
    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    OVERSEER = "overseer"
    SYSTEM = "system"


LEVELS: Mapping[Role, int] = MappingProxyType({Role.SUPERVISOR: 1, Role.MANAGER: 2, Role.OVERSEER: 3})
"""The supervisor line, from the duty desk up to the authority outside of the house. Everybody else is at level 0."""


@dataclass(frozen=True)
class Actor:
    """One who acts. `id` is a conversation for a resident ("web:abc"), a worker id ("w03"), or an account's login."""

    role: Role
    id: str = ""

    @property
    def level(self) -> int:
        """How high up the supervisor line."""
        return LEVELS.get(self.role, 0)

    def __str__(self) -> str:
        return f"{self.role}:{self.id}" if self.id else str(self.role)

    @classmethod
    def parse(cls, text: str) -> Actor:
        """Read "worker:w03" or "system" back; ValueError for an unknown role."""
        role, _, id_ = text.partition(":")
        return cls(Role(role), id_)


SYSTEM = Actor(Role.SYSTEM)
