"""`/metrics` for Prometheus: how much is said, how fast it is answered, what waits and what is late. No personal data."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from actions.errors import ActionError
from actions.tickets.states import OPEN
from actions.tickets.wanted import TicketFilter
from bot.house import House
from knowledge.wording import say

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


@dataclass(frozen=True, eq=False)  # a registry tells collectors apart by themselves
class Standing(Collector):
    """How the house stands at one moment. `waiting` and `dead` are notices, `tickets` those still open by state; None
    where the database does not answer, and then nothing is said of them rather than a nought."""

    engine: bool
    worker: bool
    outbox: tuple[int, int] | None = None
    tickets: dict[str, int] | None = None
    overdue: int | None = None

    def collect(self) -> Iterable[Metric]:
        """As Prometheus asks for it."""
        yield _gauge("linli_engine_up", "Whether the engine answers.", int(self.engine))
        yield _gauge("linli_worker_up", "Whether notices are being delivered.", int(self.worker))
        yield _gauge("linli_database_up", "Whether the database answers.", int(self.outbox is not None))
        if self.outbox is not None:
            yield _gauge("linli_outbox_waiting", "Notices not delivered yet.", self.outbox[0])
            yield _gauge("linli_outbox_dead", "Notices that could not be delivered.", self.outbox[1])
        if self.tickets is not None:
            family = GaugeMetricFamily("linli_tickets_open", "Tickets that are not over, by state.", labels=["state"])
            for state, count in self.tickets.items():
                family.add_metric([state], count)
            yield family
        if self.overdue is not None:
            yield _gauge("linli_tickets_overdue", "Unsolved tickets past their deadline.", self.overdue)


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)


def metrics_router(house: House) -> APIRouter:
    """The route for Prometheus."""
    router = APIRouter(tags=["health"])

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        """For whoever has the token; where none is set, for this machine alone."""
        if not admitted(request, house.settings.metrics_token.get_secret_value()):
            return Response(say("metrics_refused"), 403, media_type="text/plain; charset=utf-8")
        standing = await _standing(house)
        registry = CollectorRegistry(auto_describe=False)
        registry.register(standing)
        body = generate_latest(house.flow.pulse.registry) + generate_latest(registry)
        return Response(body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return router


def admitted(request: Request, token: str) -> bool:
    """Whether the asker bears the token or, where there is none, sits at this machine: a request that a proxy passed on
    comes from elsewhere, whatever its last step looks like."""
    if token:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


async def _standing(house: House) -> Standing:
    engine, worker = await house.engine.alive(), house.worker_alive()
    try:
        return await asyncio.to_thread(_counted, house, engine, worker)
    except ActionError:
        return Standing(engine, worker)


def _counted(house: House, engine: bool, worker: bool) -> Standing:
    late = TicketFilter(due_before=house.clock(), size=1)
    with house.database.reading() as uow:
        counts = uow.tickets.counts()
        tickets = {state.value: counts.get(state, 0) for state in sorted(OPEN)}
        return Standing(engine, worker, uow.outbox.counts(), tickets, uow.tickets.find(late).total)
