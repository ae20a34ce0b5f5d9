"""The community that this house serves: grids, grid workers, windows and telephone numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge.errors import BadFile
from knowledge.grids import Grid, Point, read_grids
from knowledge.records import KNOWLEDGE, Record, read_record
from knowledge.whereabouts import Placement, place

COMMUNITY = KNOWLEDGE / "community"
ROLES = ("worker", "supervisor", "manager", "overseer")
"""Grid workers, and the line above them: the duty desk, the head of the community, the authority outside of it."""


@dataclass(frozen=True)
class Worker:
    """A grid worker, or somebody of the line above. `leave`: first and last days off, both included; `titles`: what
    people call them in a complaint, beside the name."""

    id: str
    name: str
    role: str
    phone: str
    grids: tuple[str, ...]
    duty: bool
    leave: tuple[tuple[date, date], ...]
    titles: tuple[str, ...] = ()

    def on_duty(self, day: date) -> bool:
        """Whether the worker is there that day."""
        return self.duty and not any(first <= day <= last for first, last in self.leave)


@dataclass(frozen=True)
class Window:
    """A service window. `flexible`: hours beside the usual ones (错时); `affairs`: category ids handled there."""

    id: str
    name: str
    address: str
    phone: str
    hours: str
    flexible: str
    booking: bool
    affairs: tuple[str, ...]


@dataclass(frozen=True)
class Contact:
    """A telephone number. `covers`: words under which people look for it; `sample`: not a real number yet."""

    id: str
    name: str
    phone: str
    hours: str
    covers: tuple[str, ...]
    emergency: bool
    sample: bool


@dataclass(frozen=True)
class Community:
    """Everything by id."""

    grids: Mapping[str, Grid]
    workers: Mapping[str, Worker]
    windows: Mapping[str, Window]
    contacts: Mapping[str, Contact]

    def locate(self, address: Mapping[str, str] | None, text: str = "", point: Point | None = None) -> Grid | None:
        """The grid that an address lies in, or None; see `place`."""
        placement = self.place(address, text, point)
        return placement.grid if placement else None

    def place(self, address: Mapping[str, str] | None, text: str = "", point: Point | None = None) -> Placement | None:
        """The grid that an address lies in and why, or None where nothing decides.

        `address`: parts in plain form (estate, building, road, road_number, landmark …); `text`: the message;
        `point`: (longitude, latitude), WGS 84.
        """
        return place(self.grids.values(), address or {}, text, point)

    def place_names(self) -> dict[str, tuple[str, str]]:
        """What people write for a place → (estate | road | landmark, its usual name)."""
        names: dict[str, tuple[str, str]] = {}
        for grid in self.grids.values():
            names |= {landmark: ("landmark", landmark) for landmark in grid.landmarks}
            names |= {street.name: ("road", street.name) for street in grid.streets}
            names |= {name: ("estate", estate.name) for estate in grid.estates for name in estate.names}
        return names


def load_community(root: Path = COMMUNITY) -> Community:
    """The community from grids.geojson, workers.yml, windows.yml and contacts.yml.

    Raises `BadFile` for a file that breaks its shape, or a grid whose worker or deputy is nobody.
    """
    grids = read_grids(root / "grids.geojson")
    workers = {w.id: w for w in map(_worker, _rows(root / "workers.yml", "workers", grids))}
    windows = {w.id: w for w in map(_window, _rows(root / "windows.yml", "windows"))}
    contacts = {c.id: c for c in map(_contact, _rows(root / "contacts.yml", "contacts"))}
    for grid in grids.values():
        for post in (grid.worker, grid.deputy):
            if post not in workers:
                raise BadFile("grids.geojson", grid.id, f"workers.yml 里没有 {post}")
    return Community(grids, workers, windows, contacts)


def _rows(path: Path, field: str, grids: Mapping[str, Grid] | None = None) -> list[Record]:
    """The rows of a list file, no id twice, no grid that is not there."""
    record = read_record(path)
    if record.has("sample"):
        record.flag("sample")
    rows = list(record.records(field))
    record.done()
    seen: set[str] = set()
    for row in rows:
        if row.text("id") in seen:
            raise row.fail("id", "用了两次")
        seen.add(row.text("id"))
        if grids is not None and not set(row.texts("grids")) <= set(grids):
            raise row.fail("grids", "有 grids.geojson 里没有的网格")
    return rows


def _worker(row: Record) -> Worker:
    leave = tuple(_leave(span) for span in row.records("leave", optional=True))
    role, grids = row.choice("role", ROLES), row.texts("grids")
    titles = row.texts("titles", optional=True)
    worker = Worker(row.text("id"), row.text("name"), role, row.text("phone"), grids, row.flag("duty"), leave, titles)
    row.done()
    return worker


def _leave(row: Record) -> tuple[date, date]:
    first, last = row.day("first"), row.day("last")
    row.done()
    if last < first:
        raise row.fail("last", "早于开始的日子")
    return first, last


def _window(row: Record) -> Window:
    window = Window(
        id=row.text("id"),
        name=row.text("name"),
        address=row.text("address"),
        phone=row.text("phone"),
        hours=row.text("hours"),
        flexible=row.text_or("flexible"),
        booking=row.flag("booking"),
        affairs=row.texts("affairs"),
    )
    row.done()
    return window


def _contact(row: Record) -> Contact:
    contact = Contact(
        id=row.text("id"),
        name=row.text("name"),
        phone=row.text("phone"),
        hours=row.text("hours"),
        covers=row.texts("covers"),
        emergency=row.flag("emergency"),
        sample=row.flag("sample"),
    )
    row.done()
    return contact
