"""没送到的: dead letters, what they say, why they did not arrive, and sending them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from nicegui import ui

from actions.accounts import Position
from actions.clock import local
from actions.errors import NoticeUnknown, TicketUnknown
from actions.masking import mask_numbers
from actions.notify.dead_letters import MOST, send_again
from actions.notify.notice import Notice, Round
from actions.store.unit import SqlUnitOfWork
from actions.tickets.actor import Actor
from actions.tickets.names import LEVEL_NAMES
from actions.tickets.workflow import may_see
from actions.webhooks.announcing import AUDIENCE as WEBHOOK
from actions.webhooks.hook import read_hooks
from bot.consoles.card import CHANNELS, worker_name
from bot.consoles.frame import PATIENCE, frame
from bot.consoles.roster import name_of
from bot.consoles.visit import Visit, admit
from bot.house import House
from knowledge.errors import KnowledgeError
from knowledge.wording import say

EXPLAINED = "投递了好几次都没有送到的通知和推送，最近的在前。弄好原因之后再发一次；谁发的会记下来。"
REASONS = (
    ("NoSender", "没有通往那里的渠道：渠道没有开，或者设置里删掉了"),
    ("HTTP 4", "对方不收：地址、密钥或者权限不对"),
    ("HTTP 5", "对方的系统出错了"),
    ("Timeout", "对方很久没有应答"),
    ("ConnectError", "连不上对方"),
    ("Forbidden", "对方把机器人停用了，或者退出了群"),
)
"""What stands in an error → what that means for people; the first that fits."""
UNKNOWN = "发送时出错"


@dataclass(frozen=True)
class Letter:
    """A dead letter, and who sent it again before."""

    notice: Notice
    rounds: Sequence[Round]


def letters(uow: SqlUnitOfWork, by: Actor) -> list[Letter]:
    """The dead letters that this person may know of: none about a confidential ticket that is not for her eyes."""
    dead = [notice for notice in uow.outbox.dead(MOST) if _may_know(notice, by, uow)]
    return [Letter(notice, uow.outbox.rounds(notice.id) if notice.round else ()) for notice in dead]


def _may_know(notice: Notice, by: Actor, uow: SqlUnitOfWork) -> bool:
    try:
        return not notice.ticket or may_see(uow.tickets.peek(notice.ticket), by)
    except TicketUnknown:
        return True


def reader_of(audience: str, house: House) -> str:
    """Whom a letter was for, in Chinese."""
    kind, _, who = audience.partition(":")
    if kind == "conversation":
        return f"居民（{name_of(who)}）"
    if kind == "line":
        return LEVEL_NAMES.get(int(who) if who.isdecimal() else 0) or "值班长以上"
    if kind == WEBHOOK:
        return f"推送（{_host(who, house)}）"
    if kind == "pocket":
        return f"工作人员的 {CHANNELS.get(who.partition(':')[0], '手机')}"
    names = {"worker": "", "operators": "值班台", "mail": "邮件，给"}
    return f"{names.get(kind, kind)}{worker_name(who, house) if who else ''}"


def _host(name: str, house: House) -> str:
    """Where a hook leads, without anything that could be a key."""
    hooks = read_hooks(house.settings.webhooks.get_secret_value())
    return next((urlsplit(hook.url).hostname or "" for hook in hooks if hook.name == name), "设置里已经没有的地址")


def reason_of(error: str | None) -> str:
    """Why it did not arrive, for people."""
    return next((words for sign, words in REASONS if sign in (error or "")), UNKNOWN)


def words_of(notice: Notice) -> str:
    """What it says, with numbers that belong to somebody masked."""
    if notice.topic.startswith(WEBHOOK):
        body = notice.body
        return f"{body.get('number', '')}：{body.get('event_name', '')}"
    try:
        return mask_numbers(say(f"notice.{notice.topic}", **notice.body))
    except (KeyError, KnowledgeError):
        return notice.topic


class LettersPage:
    """One open page."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.shown: Sequence[Letter] = ()
        ui.label(EXPLAINED).classes("soft")
        with ui.row().classes("w-full items-center justify-between gap-2"):
            self.count = ui.label().classes("strong")
            self.all = ui.button("全部再发一次", on_click=self.send_all).props("outline").classes("tall")
        self.page = ui.column().classes("w-full gap-3")

    async def renew(self) -> None:
        """Read the list again."""
        self.shown = await self.visit.read(letters, self.visit.by)
        more = "以上" if len(self.shown) >= MOST else ""
        self.count.set_text(f"没送到的 {len(self.shown)} 封{more}")
        self.all.set_visibility(len(self.shown) > 1)
        self.page.clear()
        with self.page:
            if not self.shown:
                ui.label("都送到了。").classes("empty panel")
            for letter in self.shown:
                with ui.card().classes("w-full panel q-pa-md gap-1"):
                    self._card(letter)

    def _card(self, letter: Letter) -> None:
        notice = letter.notice
        with ui.row().classes("w-full justify-between items-start no-wrap gap-2"):
            ui.label(reader_of(notice.audience, self.visit.house)).classes("strong any")
            ui.label(f"试了 {notice.attempts} 次").classes("pill warn")
        ui.label(words_of(notice)).classes("any")
        ui.label(f"{reason_of(notice.last_error)}。").classes("late any")
        ui.label(
            f"{_when(notice.created_at)}写的，{_when(notice.dead_at)}放弃；{notice.last_error or '没有记下错误'}"
        ).classes("soft any")
        for round_ in letter.rounds:
            ui.label(f"{_when(round_.at)} {_login(round_.by)}再发过一次，没有送到").classes("soft any")
        with ui.row().classes("gap-2 items-center"):
            ui.button("再发一次", on_click=lambda: self.send(notice)).classes("tall").props("unelevated")
            if notice.ticket:
                ui.link(notice.ticket, f"/tickets/{notice.ticket}").classes("way")

    async def send(self, notice: Notice) -> None:
        """Give one another round."""
        house = self.visit.house
        done = await self.visit.do(
            send_again, notice.id, by=self.visit.account.login, at=house.clock(), uow=house.database.unit()
        )
        if done:
            ui.notify("已经重新发送。送不到的话会再出现在这里。", type="positive", position="top")
        await self.renew()

    async def send_all(self) -> None:
        """Give all that are shown another round; what somebody else has sent meanwhile is passed over."""
        house, by = self.visit.house, self.visit.account.login
        ids = [letter.notice.id for letter in self.shown]
        sent = await self.visit.do(_send, house, ids, by)
        if sent is not None:
            ui.notify(f"已经重新发送 {sent} 封。送不到的话会再出现在这里。", type="positive", position="top")
        await self.renew()


def _send(house: House, ids: Sequence[str], by: str) -> int:
    sent = 0
    for id_ in ids:
        try:
            send_again(id_, by=by, at=house.clock(), uow=house.database.unit())
            sent += 1
        except NoticeUnknown:
            continue
    return sent


def _login(by: str) -> str:
    return "系统" if by == "system" else by


def _when(at: datetime | None) -> str:
    return f"{local(at):%m-%d %H:%M}" if at else ""


def register(house: House) -> None:
    """The page `/letters`."""

    @ui.page("/letters", title="没送到的 · 邻里", response_timeout=PATIENCE)
    async def dead() -> None:
        visit = admit(house, Position.MANAGER)
        if visit is None:
            return
        with frame(visit, "没送到的"):
            with ui.element("main").classes("sheet narrow"):
                page = LettersPage(visit)
            await page.renew()
