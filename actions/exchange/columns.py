"""The columns of an older system's tickets: what each may be called, and how its cells are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from actions.clock import SHANGHAI, local
from actions.exchange.sheet import Cell
from actions.tickets.names import STATE_NAMES
from actions.tickets.states import OPEN, State

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "number": ("工单号", "工单编号", "编号", "流水号", "受理编号", "number", "id", "ticket"),
        "what": ("内容", "工单内容", "诉求内容", "反映内容", "问题描述", "诉求", "描述", "what", "text", "description"),
        "opened_at": ("登记时间", "受理时间", "创建时间", "来电时间", "时间", "opened_at", "created_at", "time"),
        "address": ("地址", "事发地址", "详细地址", "地点", "事发地点", "address"),
        "phone": ("电话", "联系电话", "手机", "手机号", "来电号码", "phone"),
        "category": ("类别", "分类", "一级分类", "工单类别", "category"),
        "kind": ("情形", "案由", "二级分类", "kind"),
        "status": ("状态", "工单状态", "办理状态", "status", "state"),
        "closed_at": ("归档时间", "办结时间", "结案时间", "完成时间", "closed_at"),
        "due_at": ("办结期限", "截止时间", "到期时间", "期限", "due_at"),
        "urgent": ("紧急", "是否紧急", "urgent"),
        "confidential": ("保密", "是否保密", "confidential"),
        "outcome": ("办理结果", "处理结果", "答复内容", "outcome"),
    }
)
NEEDED = ("number", "what", "opened_at")

_OVER = {
    State.CLOSED: ("已办结", "办结", "已完成", "完成", "已结案", "结案", "已关闭", "关闭", "完结", "已回访", "done"),
    State.WITHDRAWN: ("撤销", "已撤单", "撤单"),
    State.REJECTED: ("不受理", "退回", "已退回"),
    State.ASSIGNED: ("处理中", "在办", "办理", "未办结", "待处理", "待办", "待办理", "未处理", "新建", "open"),
}
STATUSES: Mapping[str, State] = MappingProxyType(
    {said: state for state, names in _OVER.items() for said in names}
    | {said: State.ASSIGNED for state in OPEN for said in (state.value, STATE_NAMES[state])}
    | {
        said: state
        for state in (State.CLOSED, State.WITHDRAWN, State.REJECTED)
        for said in (state.value, STATE_NAMES[state])
    }
    | dict.fromkeys((State.MERGED.value, STATE_NAMES[State.MERGED]), State.CLOSED)
)
"""What an older system says of a ticket → where it stands here. One that is still open is dispatched anew."""

YES = frozenset({"是", "有", "1", "true", "yes", "y", "紧急", "保密", "√"})
NO = frozenset({"否", "无", "0", "false", "no", "n", "", "一般", "普通"})
_TELEPHONE = re.compile(r"\+?\d[\d\s-]{4,18}\d")


def match_columns(heads: Iterable[str]) -> dict[str, str]:
    """Our names for the columns of a table that we know → its own; where two would do, the likelier one."""
    plain = {"".join(head.split()).casefold(): head for head in heads}
    found = {ours: next((plain[name] for name in names if name in plain), "") for ours, names in COLUMNS.items()}
    return {ours: theirs for ours, theirs in found.items() if theirs}


def moment_in(cell: Cell) -> datetime:
    """A moment on the community's clock, however it is written: 2026-01-05 08:30, 2026/1/5, 2026年1月5日, ISO 8601, or a
    spreadsheet's own. ValueError for anything else."""
    if isinstance(cell, datetime):
        return local(cell if cell.tzinfo else cell.replace(tzinfo=SHANGHAI))
    try:
        read = datetime.fromisoformat(cell)
    except ValueError:
        numbers = re.fullmatch(
            r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D{0,2}?(?:(\d{1,2})\D(\d{1,2})(?:\D(\d{1,2}))?\D?)?", cell
        )
        if numbers is None:
            raise
        read = datetime(*(int(part or 0) for part in numbers.groups()))  # type: ignore[arg-type]
    if not 1980 <= read.year <= 2200:
        raise ValueError(cell)
    return local(read if read.tzinfo else read.replace(tzinfo=SHANGHAI))


def telephone_in(cell: Cell) -> str | None:
    """The first telephone number of a cell; None where somebody wrote 无 or 匿名."""
    found = _TELEPHONE.search(str(cell))
    return re.sub(r"[^\d+]", "", found.group()) if found else None
