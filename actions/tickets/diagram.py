"""The workflow drawn from its table, so that the picture is never another one: `python -m actions.tickets.diagram`
writes docs/workflow.md anew.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from actions.tickets.names import EVENT_NAMES, RETURN_CODE_NAMES, ROLE_NAMES, STATE_NAMES, WISH_NAMES
from actions.tickets.states import ENDS, State
from actions.tickets.workflow import TABLE, Transition

PAGE = Path(__file__).parents[2] / "docs" / "workflow.md"
NEEDS = {"note": "说明", "reason": "理由", "photo": "照片"}
HEAD = """# 工单流程

本页由 `python -m actions.tickets.diagram` 按 `actions/tickets/workflow.py` 里的流程表画出，不要手改；测试会核对它是不是最新的。

## 状态

```mermaid
stateDiagram-v2
"""


def page() -> str:
    """The whole page: the diagram of what changes the state, and every row in words."""
    return f"{HEAD}{mermaid()}\n```\n\n{table()}\n\n{remarks()}\n"


def mermaid() -> str:
    """The states and what leads from one to the next; ways that share both ends share an arrow."""
    ways: dict[tuple[State, State], list[str]] = defaultdict(list)
    for row in TABLE:
        for source in State:
            if row.target and source in row.sources and source is not row.target:
                ways[source, row.target].append(EVENT_NAMES[row.event])
    lines = [f"    {state.value}: {STATE_NAMES[state]}" for state in State]
    lines += [
        f"    [*] --> {State.PENDING_CONFIRM.value}: 登记（先核实）",
        f"    [*] --> {State.ASSIGNED.value}: 登记并派单",
    ]
    lines += [f"    {source.value} --> {target.value}: {'、'.join(names)}" for (source, target), names in ways.items()]
    return "\n".join([*lines, *(f"    {state.value} --> [*]" for state in State if state in ENDS)])


def table() -> str:
    """Every row: the step, from where, to where, by whom, and what it needs."""
    head = ["## 每一步", "", "| 步骤 | 从 | 到 | 谁可以 | 需要 |", "|---|---|---|---|---|"]
    return "\n".join([*head, *map(_line, TABLE)])


def _line(row: Transition) -> str:
    sources = "、".join(STATE_NAMES[state] for state in State if state in row.sources)
    target = STATE_NAMES[row.target] if row.target else "不变"
    roles = "、".join(name for role, name in ROLE_NAMES.items() if role in row.roles)
    needs = [NEEDS[need] for need in sorted(row.needs)]
    needs += (
        [f"有待批的{'、'.join(name for kind, name in WISH_NAMES.items() if kind in row.answers)}"]
        if row.answers
        else []
    )
    return f"| {EVENT_NAMES[row.event]} | {sources} | {target} | {roles} | {'，'.join(needs) or '—'} |"


def remarks() -> str:
    """What the table alone does not say."""
    codes = "、".join(RETURN_CODE_NAMES.values())
    return f"""## 还有这些规矩

- 网格员只能办自己名下的工单；协办的人只能记一笔、办完自己那一部分。全部协办完成之前不能办结。
- 退单、延期、挂账都是申请，一次只能有一个待批，由另一个人批。退单要写原因（{codes}），派到手上两个工作日之内提；延期要在到期之前提。
- 批准的延期和挂账把办结期限改到申请的日子；只有“待补充”期间计时暂停。
- 到期前自动催办，到期督办，再过一段时间提级；居民三次不满意督办，再不满意逐级提级。每一步只做一次，写在工单经过里。
- 办结三天没有居民答复，归档为“未答复”，不算满意。
- 投诉工作人员的工单保密，交给比被投诉人高一级的人，被投诉人和他的下级看不到，也不能转给他们；处理结果要在期限之内告诉投诉人。"""


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
