"""Which process this is, so that another one on the same machine sees whether it is still there."""

from __future__ import annotations

import os
import uuid
from functools import cache
from pathlib import Path

PROC = Path("/proc")


def name_of_process() -> str:
    """A name that no other process bears, on any machine: where it runs, its number and when it began, as far as this
    system tells (Linux does), and something random."""
    return f"{_here()}/{os.getpid()}/{_began(os.getpid())}/{uuid.uuid4().hex}"


def is_gone(name: str) -> bool:
    """Whether the process of that name has ended for certain; False where that can't be seen from here."""
    where, number, began, *_ = (*name.split("/"), "", "", "")
    seen = bool(where) and where == _here() and number.isdigit()
    return seen and _began(int(number)) != began


@cache
def _here() -> str:
    """This start of this machine, and the space in which its process numbers count; "" where the system does not say."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}.{(PROC / 'self/ns/pid').stat().st_ino}"
    except OSError:
        return ""


def _began(number: int) -> str:
    """When a process began, in the machine's own ticks; "" where there is none of that number, or only its remains."""
    try:
        state, *rest = (PROC / str(number) / "stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return ""
    return "" if state in ("Z", "X") else rest[18]
