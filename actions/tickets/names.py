"""The Chinese names of states, events, roles and duties, for screens and notifications. One name each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from actions.tickets.actor import Role
from actions.tickets.states import Event, State
from actions.tickets.wish import ReturnCode, WishKind

STATE_NAMES: Mapping[State, str] = MappingProxyType(
    {
        State.PENDING_CONFIRM: "待确认",
        State.PENDING_DISPATCH: "待派单",
        State.ASSIGNED: "已派单",
        State.ACCEPTED: "已签收",
        State.IN_PROGRESS: "办理中",
        State.AWAITING_RESIDENT: "待补充",
        State.PARKED: "已挂账",
        State.AWAITING_FEEDBACK: "待回访",
        State.CLOSED: "已归档",
        State.WITHDRAWN: "已撤销",
        State.REJECTED: "不予受理",
        State.MERGED: "已并单",
    }
)

EVENT_NAMES: Mapping[Event, str] = MappingProxyType(
    {
        Event.OPEN: "登记",
        Event.CONFIRM: "确认",
        Event.DISPATCH: "派单",
        Event.REASSIGN: "转派",
        Event.RECATEGORISE: "改类",
        Event.INVITE: "请协办",
        Event.CONTRIBUTE: "协办完成",
        Event.ACCEPT: "签收",
        Event.CONTACT: "联系居民",
        Event.START: "开始办理",
        Event.NOTE: "办理记录",
        Event.ASK_RESIDENT: "请居民补充",
        Event.RESUME: "继续办理",
        Event.ANSWER: "答复投诉人",
        Event.FINISH: "办结",
        Event.RETURN: "申请退单",
        Event.GRANT_RETURN: "同意退单",
        Event.EXTEND: "申请延期",
        Event.GRANT_EXTENSION: "同意延期",
        Event.PARK: "申请挂账",
        Event.GRANT_PARKING: "同意挂账",
        Event.REFUSE: "不同意申请",
        Event.REJECT: "不予受理",
        Event.MERGE: "并单",
        Event.UNMERGE: "拆单",
        Event.JOIN: "居民加入",
        Event.LEAVE: "居民退出",
        Event.SUPPLEMENT: "补充情况",
        Event.URGE: "催办",
        Event.SUPERVISE: "督办",
        Event.ESCALATE: "提级",
        Event.WITHDRAW: "撤销",
        Event.RATE: "评价",
        Event.REOPEN: "重办",
        Event.CLOSE: "归档",
    }
)

ROLE_NAMES: Mapping[Role, str] = MappingProxyType(
    {
        Role.RESIDENT: "居民",
        Role.WORKER: "网格员",
        Role.OPERATOR: "话务员",
        Role.SUPERVISOR: "值班长",
        Role.MANAGER: "社区主任",
        Role.OVERSEER: "上级部门",
        Role.SYSTEM: "系统",
    }
)

WISH_NAMES: Mapping[WishKind, str] = MappingProxyType(
    {WishKind.RETURN: "退单", WishKind.EXTENSION: "延期", WishKind.PARKING: "挂账"}
)

RETURN_CODE_NAMES: Mapping[ReturnCode, str] = MappingProxyType(
    {ReturnCode.TERRITORY: "属地不符", ReturnCode.OWNERSHIP: "权属不符", ReturnCode.FUNCTION: "职能不符"}
)
"""Why a ticket is returned: not my area, not our property, not our task."""

LEVEL_NAMES: Mapping[int, str] = MappingProxyType({0: "", 1: "值班长督办", 2: "提级至社区主任", 3: "提级至上级部门"})
"""How high up the supervisor line a ticket has gone."""

DUTY_NAMES: Mapping[str, str] = MappingProxyType(
    {"lead": "社区主办", "coordinate": "社区协同", "assist": "社区协助", "serve": "社区服务"}
)
"""What the regulation makes the agency do: 第十一条 lead, 第十二条 coordinate, 第十三条 assist, elsewhere serve."""
