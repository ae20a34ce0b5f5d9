"""Two wishes in one message ("路灯坏了，另外医保怎么交"): told apart, so that each is handled and none is dropped.

A message is cut where people go on to something else, each piece is judged like a message of its own, and pieces that
belong together are put together again. A wrong cut makes two tickets of one problem, so in doubt there is none.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

PRIORITY = (
    "self_harm",
    "emergency",
    "complain_staff",
    "report_issue",
    "seek_help",
    "urge_ticket",
    "query_ticket",
    "withdraw_ticket",
    "rate_service",
    "add_to_ticket",
    "book_service",
    "ask_service",
    "ask_regulation",
    "find_grid_worker",
    "ask_contact",
    "suggest",
    "praise",
    "volunteer",
    "talk_to_human",
    "ask_privacy",
    "ask_bot",
)
"""Which wish is handled first; those that are not named come last."""
TELLS = frozenset(["report_issue", "seek_help", "complain_staff", "suggest", "praise"])
ASKS = frozenset(
    [
        "ask_service",
        "ask_regulation",
        "ask_contact",
        "book_service",
        "find_grid_worker",
        "query_ticket",
        "urge_ticket",
        "volunteer",
    ]
)
SURE = 0.6
"""Probability from which a piece counts as a wish of its own where a word like 另外 leads it in."""
SURER = 0.8
"""The same where only a full stop stands between."""
SHORTEST = 4
"""Characters of a wish."""
_TURN = (
    r"另外|此外|还有(?:就是|一件事|个事|件事|个问题)?|顺便|顺带|对了|哦对|再(?:就是|问|请|帮我|反映)|再一个|还(?:想|要|得)(?:问|反映|请|咨询|约|说)"
    r"|同时|其次|第二[个件]?|二是|二来|并(?:咨询|询问|反映|要求了解)|也想(?:问|咨询|约)"
)
_CUT = re.compile(rf"(?P<turn>[，。；！？、,;!?~\s]+(?={_TURN}))|(?P<stop>[。；！？;!?\n]+\s*)")


@dataclass(frozen=True)
class Judged:
    """What one piece is, taken alone."""

    text: str
    intent: str
    confidence: float
    category: str
    category_confidence: float


Judge = Callable[[str], Awaitable[Judged]]


async def split(text: str, judge: Judge) -> list[str]:
    """The wishes of a message in the order to handle them; one where there is but one. `judge` is asked about pieces only."""
    pieces = _pieces(text)
    if len(pieces) < 2:
        return [text]
    wishes: list[Judged] = []
    for piece, led in pieces:
        judged = await judge(piece)
        if wishes and not _another(wishes, judged, led):
            wishes[-1] = _joined(wishes[-1], judged)
        else:
            wishes.append(judged)
    return [wish.text.strip("，,；;、 \n") for wish in sorted(wishes, key=_rank)] if len(wishes) > 1 else [text]


def _rank(wish: Judged) -> int:
    return PRIORITY.index(wish.intent) if wish.intent in PRIORITY else len(PRIORITY)


def _pieces(text: str) -> list[tuple[str, bool]]:
    """Cut pieces, each with whether a turning word leads it; too short ones stay with what stands before them."""
    pieces: list[tuple[str, bool]] = []
    start, led = 0, False
    for cut in [*_CUT.finditer(text), None]:
        end = cut.end() if cut else len(text)
        piece = text[start:end]
        if pieces and len(piece.strip()) < SHORTEST:
            pieces[-1] = (pieces[-1][0] + piece, pieces[-1][1])
        elif piece.strip():
            pieces.append((piece, led))
        start, led = end, bool(cut and cut["turn"])
    return pieces


def _another(before: Sequence[Judged], piece: Judged, led: bool) -> bool:
    """Whether a piece is a wish beside those before it.

    A story told and a question asked are two if they are about different things, or if the resident says that another one
    comes; two stories, or two questions, only if both holds.
    """
    last, needed = before[-1], SURE if led else SURER
    if min(last.confidence, piece.confidence) < needed or {last.intent, piece.intent} - TELLS - ASKS:
        return False
    if any((b.intent, b.category) == (piece.intent, piece.category) for b in before):
        return False
    if (last.intent in ASKS) != (piece.intent in ASKS):
        return led or last.category != piece.category
    return led and last.category != piece.category and min(last.category_confidence, piece.category_confidence) >= SURE


def _joined(wish: Judged, piece: Judged) -> Judged:
    """Put a piece back to what it belongs to; what the wish is stays what its surer part says."""
    surer = max(wish, piece, key=lambda j: (j.intent in TELLS | ASKS, j.confidence))
    return Judged(wish.text + piece.text, surer.intent, surer.confidence, surer.category, surer.category_confidence)
