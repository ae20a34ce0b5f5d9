"""The Chinese names of states, events, roles and duties, for screens and notifications. One name each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from actions.tickets.actor import Role
from actions.tickets.states import Event, State

STATE_NAMES: Mapping[State, str] = MappingProxyType(
    {
        State.PENDING_CONFIRM: "待确认",
        State.PENDING_DISPATCH: "待派单",
        State.ASSIGNED: "已派单",
        State.ACCEPTED: "已签收",
        State.IN_PROGRESS: "办理中",
        State.AWAITING_RESIDENT: "待补充",
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
        Event.ACCEPT: "签收",
        Event.CONTACT: "联系居民",
        Event.START: "开始办理",
        Event.NOTE: "办理记录",
        Event.ASK_RESIDENT: "请居民补充",
        Event.RESUME: "继续办理",
        Event.FINISH: "办结",
        Event.RETURN: "退单",
        Event.REJECT: "不予受理",
        Event.MERGE: "并单",
        Event.JOIN: "居民加入",
        Event.SUPPLEMENT: "补充情况",
        Event.URGE: "催办",
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
        Role.MANAGER: "管理员",
        Role.SYSTEM: "系统",
    }
)

DUTY_NAMES: Mapping[str, str] = MappingProxyType(
    {"lead": "社区主办", "coordinate": "社区协同", "assist": "社区协助", "serve": "社区服务"}
)
"""What the regulation makes the agency do: 第十一条 lead, 第十二条 coordinate, 第十三条 assist, elsewhere serve."""
