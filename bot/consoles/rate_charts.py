"""三率 drawn and tabled: options for ECharts, rows for tables and for files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from actions.tickets.rates import Rates, Share

NAMES = {"response": "响应率", "solved": "解决率", "satisfied": "满意率"}
COLOURS = {"response": "#1f5f54", "solved": "#4a7fb0", "satisfied": "#d08a1c"}
FILE_COLUMNS = {
    "group": "分组",
    "response": "响应率",
    "response_part": "按时联系",
    "response_whole": "应联系",
    "solved": "解决率",
    "solved_part": "已解决",
    "solved_whole": "已答复",
    "half_part": "部分解决",
    "satisfied": "满意率",
    "satisfied_part": "满意",
    "satisfied_whole": "说了满不满意",
    "unanswered_part": "未答复归档",
    "unanswered_whole": "已归档",
}
"""The columns of the exported file."""
TABLE_COLUMNS: list[dict[str, Any]] = [
    {"name": "group", "label": "", "field": "group", "align": "left", "sortable": True},
    *({"name": n, "label": words, "field": n, "align": "left"} for n, words in NAMES.items()),
    {"name": "half", "label": "部分解决", "field": "half", "align": "left"},
    {"name": "unanswered", "label": "未答复", "field": "unanswered", "align": "left"},
]
Named = Mapping[str, Rates]
"""What people call each group → its rates."""


def percent(share: Share) -> str:
    """96.2%; — of nothing."""
    return "—" if share.value is None else f"{100 * share.value:.1f}%"


def counted(share: Share) -> str:
    """96.2%（25/26）: never a rate without what it is of."""
    return f"{percent(share)}（{share.part}/{share.whole}）" if share.whole else "—（0 件）"


def table_row(group: str, rates: Rates) -> dict[str, Any]:
    """One line of a table on the screen."""
    shown = ("response", "solved", "satisfied", "half", "unanswered")
    return {"group": group, **{name: counted(getattr(rates, name)) for name in shown}}


def file_row(group: str, rates: Rates) -> dict[str, Any]:
    """One line of the exported file: rates as percentages with one digit, and what they are of."""
    row: dict[str, Any] = {"group": group}
    for name in ("response", "solved", "half", "satisfied", "unanswered"):
        share: Share = getattr(rates, name)
        row |= {f"{name}_part": share.part, f"{name}_whole": share.whole}
        row[name] = None if share.value is None else percent(share)
    return row


def trend(named: Named) -> dict[str, Any]:
    """Lines over time. Where a day has nothing to count there is a gap, not a nought."""
    return _chart(named) | {
        "xAxis": {"type": "category", "data": list(named)},
        "yAxis": {"type": "value", "min": 0, "max": 100, "axisLabel": {"formatter": "{value}%"}},
        "series": [_series("line", name, named) | {"symbolSize": 7} for name in NAMES],
    }


def bars(named: Named) -> dict[str, Any]:
    """Bars side by side for each group, the groups from above to below."""
    return _chart(named) | {
        "xAxis": {"type": "value", "min": 0, "max": 100, "axisLabel": {"formatter": "{value}%"}},
        "yAxis": {"type": "category", "data": list(named), "inverse": True},
        "series": [_series("bar", name, named) for name in NAMES],
    }


def _chart(named: Named) -> dict[str, Any]:
    return {
        "color": list(COLOURS.values()),
        "legend": {"data": list(NAMES.values()), "top": 0},
        "tooltip": {"trigger": "axis"},
        "grid": {"left": 8, "right": 24, "top": 36, "bottom": 8, "containLabel": True},
        "animation": False,
        "aria": {"enabled": True, "label": {"description": _spoken(named)}},
    }


def _series(kind: str, name: str, named: Named) -> dict[str, Any]:
    return {"name": NAMES[name], "type": kind, "data": [_value(getattr(rates, name)) for rates in named.values()]}


def _value(share: Share) -> float | None:
    return None if share.value is None else round(100 * share.value, 1)


def _spoken(named: Named) -> str:
    """The chart for those who hear it."""
    lines = (
        f"{group}：" + "，".join(f"{words}{percent(getattr(rates, name))}" for name, words in NAMES.items())
        for group, rates in named.items()
    )
    return "；".join(lines)


def height(named: Sequence[str] | Named) -> str:
    """Of a bar chart, so that each group has room."""
    return f"{3.4 + 2.6 * len(named):.1f}rem"
