"""As what an account acts: its part and id, whichever way its holder comes in."""

from __future__ import annotations

from actions.accounts import Account, Position
from actions.tickets.actor import Actor, Role
from knowledge.community import Community

ROLES = {Position.OPERATOR: Role.OPERATOR, Position.MANAGER: Role.MANAGER, Position.ADMIN: Role.MANAGER}
LINE = {"supervisor": Role.SUPERVISOR, "manager": Role.MANAGER, "overseer": Role.OVERSEER}
"""The supervisor line: who it is that works under a worker's id, by the role in the community's list."""


def actor_of(account: Account, community: Community) -> Actor:
    """Who a deed is done by: whoever stands on the community's list by her id there, everybody else by the login."""
    id_ = account.worker or account.login
    if account.role is not Position.WORKER:
        return Actor(ROLES[account.role], id_)
    worker = community.workers.get(account.worker or "")
    return Actor(LINE.get(worker.role, Role.WORKER) if worker else Role.WORKER, id_)
