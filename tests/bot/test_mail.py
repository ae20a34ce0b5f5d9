"""Letters to those who work here, by a real mail server: who gets one, what it says, and what comes of a refusal."""

from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pydantic import ValidationError

from actions.accounts import Account, Position
from actions.clock import SHANGHAI
from actions.conversations.message import Inbound
from actions.conversations.preferring import prefer
from actions.conversations.recording import record_inbound
from actions.errors import AccountUnknown, EmailMalformed, NoSender
from actions.notify.dead_letters import dead_letters, send_again
from actions.notify.delivery import Delivery
from actions.notify.notice import PRESSING, Notice
from actions.notify.ports import Undeliverable
from actions.notify.quiet import read_quiet_hours
from actions.notify.runtime import Runtime
from actions.store.database import Database, open_database
from actions.tickets.actor import Actor, Role
from actions.tickets.news import ASSIGNEE, HELPER, LINE, NEWS, OPERATORS
from actions.tickets.opening import open_ticket
from bot.conversation.hub import Hub
from bot.mail.letter import Letterhead
from bot.mail.readers import letters
from bot.mail.sending import MailSender, NotTaken, check
from bot.notices import APART, RINGS, make_senders
from bot.outside import SetupMissing
from bot.quiet import Quiet
from bot.security.accounts import Accounts
from bot.settings import Settings
from knowledge.community import load_community
from knowledge.wording import load_replies
from tests.actions.samples import MONDAY, make_desk, make_report
from tests.actions.test_delivery import QUICK, wait
from tests.tables import lay_tables

NOON, NIGHT = datetime(2026, 12, 7, 12, tzinfo=SHANGHAI), datetime(2026, 12, 7, 23, tzinfo=SHANGHAI)
BODY = {
    "number": "GY20261207-0001",
    "kind": "路灯不亮",
    "what": "路灯坏了，电话13812341001",
    "address": "幸福里小区3栋",
    "due": "12月9日17:00",
    "contact_due": "12月7日18:00",
    "note": "（无说明）",
}
ASSIGNED = Notice("GY20261207-0001.1.1", "ticket.assigned", "worker:w01", BODY, NOON, "GY20261207-0001")


@dataclass
class PostOffice:
    """A mail server: answers each letter with the next of `answers`, then takes it."""

    port: int = 0
    answers: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    taken: list[EmailMessage] = field(default_factory=list)
    tries: int = 0
    secured: list[bool] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The only letter's text."""
        (mail,) = self.taken
        return str(mail.get_content()).replace("\r\n", "\n")

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, _: Any) -> str:
        if address in self.refused:
            self.tries += 1
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.tries += 1
        if self.answers and not (answer := self.answers.pop(0)).startswith("250"):
            return answer
        content = envelope.content
        assert isinstance(content, bytes)
        self.taken.append(message_from_bytes(content, _class=EmailMessage, policy=default))  # type: ignore[arg-type]
        self.secured.append(session.ssl is not None)
        return "250 OK"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, kind: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login.decode())
        return AuthResult(success=data.password == b"right", handled=False)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    post = PostOffice()
    with opened(post):
        yield post


@contextmanager
def opened(post: PostOffice, **more: Any) -> Iterator[None]:
    """The office at a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        post.port = probe.getsockname()[1]
    server = Controller(post, hostname="127.0.0.1", port=post.port, **more)
    server.start()
    try:
        yield
    finally:
        server.stop()


def settings(office: PostOffice, **more: Any) -> Settings:
    given = {"smtp_security": "none", "smtp_from": "linli@example.cn", "public_url": "https://linli.example.cn/"}
    return Settings(smtp_host="127.0.0.1", smtp_port=office.port, **given | more)


ANNA = Account("a1", "anna", "周小敏", Position.WORKER, "", "w01", email="anna@example.cn")


def sender(office: PostOffice, account: Account | None = ANNA, **more: Any) -> MailSender:
    return MailSender(settings(office, **more), lambda login: account if account and login == account.login else None)


LETTER = replace(ASSIGNED, id="GY20261207-0001.1.1.mail.a1", audience="mail:anna", body=BODY | {"for": "worker:w01"})


class TestTheLetter:
    def test_it_says_what_happened_what_to_do_and_where(self, office: PostOffice) -> None:
        sender(office)(LETTER)
        (mail,) = office.taken
        text = office.text()
        assert mail["Subject"] == "【幸福里社区】新工单：GY20261207-0001"
        assert (
            mail["To"].addresses[0].addr_spec == "anna@example.cn" and mail["To"].addresses[0].display_name == "周小敏"
        )
        assert mail["From"].addresses[0].addr_spec == "linli@example.cn" and mail.get_content_type() == "text/plain"
        assert mail["Auto-Submitted"] == "auto-generated" and mail["Date"].datetime == NOON
        assert text.startswith("周小敏，您好：") and "新工单 GY20261207-0001：路灯不亮。幸福里小区3栋" in text
        assert "要做的事：先签收，12月7日18:00前联系居民，12月9日17:00前办结。" in text
        assert "工单号：GY20261207-0001" in text and "打开处理：https://linli.example.cn/worker\n" in text
        assert "138****1001" in text and "13812341001" not in text

    def test_its_id_is_the_same_at_every_try_and_no_other_letters(self, office: PostOffice) -> None:
        for letter in (LETTER, LETTER, replace(LETTER, id="another")):
            sender(office)(letter)
        first, again, other = (mail["Message-ID"] for mail in office.taken)
        assert first == again != other and first.endswith("@example.cn>")

    @pytest.mark.parametrize(
        ("topic", "audience", "ticket", "page"),
        [
            ("ticket.watch", "line:1", "GY20261207-0001", "/tickets/GY20261207-0001"),
            ("conversation.ringing", "operators", None, "/operator"),
        ],
    )
    def test_the_link_leads_to_where_it_is_done(
        self, office: PostOffice, topic: str, audience: str, ticket: str | None, page: str
    ) -> None:
        body = BODY | {"for": audience, "level": "督办", "reason": "燃气", "conversation": "web:abc"}
        sender(office)(replace(LETTER, topic=topic, ticket=ticket, body=body))
        assert f"打开处理：https://linli.example.cn{page}\n" in office.text()

    def test_without_an_address_of_the_site_there_is_no_link(self, office: PostOffice) -> None:
        sender(office, public_url="")(LETTER)
        assert "http" not in office.text()

    def test_a_line_break_in_a_name_makes_no_header(self) -> None:
        with pytest.raises(ValueError):
            Letterhead("社区", "linli@example.cn").write(LETTER, replace(ANNA, name="周\r\nBcc: all@example.cn"))

    def test_each_topic_for_those_who_work_here_has_its_title_and_what_to_do(self) -> None:
        staff = {ASSIGNEE, HELPER, LINE, OPERATORS, "asker"}
        topics = {topic for told in NEWS.values() for topic, whom in told if whom in staff}
        topics |= {"ticket.urgent"} | {topic for topic in PRESSING if topic.startswith("conversation.")}
        written = load_replies()
        assert not [t for t in topics for part in ("title", "todo") if f"mail.{part}.{t}" not in written]
        named = {key.split(".", 2)[2] for key in written if key.startswith(("mail.title.", "mail.todo."))}
        assert not {topic for topic in named if f"notice.{topic}" not in written}


class TestTheServer:
    def test_a_server_without_a_sender_stops_the_start(self, office: PostOffice) -> None:
        with pytest.raises(SetupMissing, match="LINLI_SMTP_FROM"):
            check(settings(office, smtp_from=""))
        check(Settings(smtp_host=""))
        check(settings(office, smtp_from="", smtp_user="linli@example.cn"))

    def test_a_mailbox_that_is_not_there_is_for_good(self, office: PostOffice) -> None:
        office.refused = {"anna@example.cn"}
        with pytest.raises(Undeliverable, match="550"):
            sender(office)(LETTER)

    @pytest.mark.parametrize(("answer", "kind"), [("451 later", NotTaken), ("554 spam", Undeliverable)])
    def test_four_is_for_now_and_five_for_good(self, office: PostOffice, answer: str, kind: type[Exception]) -> None:
        office.answers = [answer]
        with pytest.raises(kind, match=answer[:3]):
            sender(office)(LETTER)
        assert not office.taken

    def test_a_server_that_is_away_may_come_back(self) -> None:
        with pytest.raises(NotTaken):
            sender(PostOffice(port=1))(LETTER)

    @pytest.mark.parametrize("account", [None, replace(ANNA, email=None)])
    def test_a_reader_without_an_address_gets_none(self, office: PostOffice, account: Account | None) -> None:
        with pytest.raises(NoSender):
            sender(office, account)(LETTER)
        assert office.tries == 0

    def test_a_server_without_encryption_gets_neither_letter_nor_password(self, office: PostOffice) -> None:
        with pytest.raises(NotTaken):
            sender(office, smtp_security="starttls", smtp_user="linli@example.cn", smtp_password="right")(LETTER)
        assert office.tries == 0 and not office.logins


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1, in one file."""
    folder = tmp_path_factory.mktemp("tls")
    pem = folder / "both.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
        + ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(folder / "key.pem"), "-out", str(folder / "c.pem")],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("skipped: no openssl to make a certificate with")
    pem.write_text((folder / "key.pem").read_text() + (folder / "c.pem").read_text())
    return pem


class TestEncryption:
    @pytest.fixture
    def context(self, certificate: Path) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        return context

    def starttls(self, post: PostOffice, context: ssl.SSLContext) -> AbstractContextManager[None]:
        kept: dict[str, Any] = {"tls_context": context, "require_starttls": True, "authenticator": post.authenticate}
        return opened(post, auth_required=True, **kept)

    def test_starttls_and_a_login(
        self, context: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        post = PostOffice()
        with self.starttls(post, context):
            named = {"smtp_security": "starttls", "smtp_user": "linli@example.cn", "smtp_from": ""}
            sender(post, smtp_password="right", **named)(LETTER)
            assert post.secured == [True] and post.logins == ["linli@example.cn"]
            assert post.taken[0]["From"].addresses[0].addr_spec == "linli@example.cn"
            with pytest.raises(NotTaken, match="535"):  # ours to mend, and no letter is lost meanwhile
                sender(post, smtp_password="wrong", **named)(LETTER)

    def test_tls_from_the_first_byte(
        self, context: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        post = PostOffice()
        with opened(post, ssl_context=context):
            sender(post, smtp_security="tls")(LETTER)
        assert len(post.taken) == 1

    def test_a_certificate_that_nobody_vouches_for_is_refused(self, context: ssl.SSLContext) -> None:
        post = PostOffice()
        with self.starttls(post, context), pytest.raises(NotTaken):
            sender(post, smtp_security="starttls")(LETTER)
        assert post.tries == 0


class TestReaders:
    ACCOUNTS = (
        ANNA,
        Account("a2", "otto", "罗建国", Position.WORKER, "", "w02", email="otto@example.cn"),
        Account("a3", "s01", "李向阳", Position.WORKER, "", "s01", email="s01@example.cn"),
        Account("a4", "manager", "赵立平", Position.MANAGER, "", "m01", email="m01@example.cn"),
        Account("a5", "d01", "主管部门", Position.WORKER, "", "d01", email="d01@example.cn"),
        Account("a6", "desk", "话务员", Position.OPERATOR, "", email="desk@example.cn"),
        Account("a7", "admin", "管理员", Position.ADMIN, "", email="admin@example.cn"),
        Account("a8", "gone", "走了的", Position.WORKER, "", "w01", disabled=True, email="gone@example.cn"),
        Account("a9", "mute", "没邮箱", Position.WORKER, "", "w01"),
    )

    @pytest.mark.parametrize(
        ("audience", "readers"),
        [
            ("worker:w01", ["mail:anna"]),
            ("worker:s01", ["mail:s01"]),
            ("line:1", ["mail:s01"]),
            ("line:2", ["mail:manager"]),
            ("line:3", ["mail:d01"]),
            ("operators", ["mail:desk"]),
            ("worker:w09", []),
        ],
    )
    def test_whose_mailbox_it_goes_to(self, audience: str, readers: list[str]) -> None:
        made = list(letters(replace(ASSIGNED, audience=audience), self.ACCOUNTS, load_community()))
        assert [letter.audience for letter in made] == readers
        assert made == list(letters(replace(ASSIGNED, audience=audience), self.ACCOUNTS, load_community()))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    kept = open_database(lay_tables(f"sqlite:///{tmp_path}/linli.db"))
    yield kept
    kept.close()


class TestAccounts:
    def test_an_address_is_kept_changed_and_taken_away(self, database: Database) -> None:
        accounts = Accounts(database)
        accounts.add("anna", "周小敏", Position.WORKER, "w01", "anna@example.cn")
        assert [a.email for a in accounts.all()] == ["anna@example.cn"]
        accounts.write_to("anna", None)
        assert [a.email for a in accounts.all()] == [None]
        with pytest.raises(AccountUnknown):
            accounts.write_to("nobody", None)

    @pytest.mark.parametrize(
        "email", ["anna", "anna@", "@example.cn", "a b@example.cn", "a@b", "a@b.cn\r\nBcc: c@d.cn"]
    )
    def test_what_is_no_address_is_refused(self, database: Database, email: str) -> None:
        with pytest.raises(EmailMalformed):
            Accounts(database).add("anna", "周小敏", Position.WORKER, "w01", email)


class TestThroughTheOutbox:
    """From a deed to the mailbox: the outbox, DBOS, the mail server."""

    @pytest.fixture
    def start(self, database: Database, office: PostOffice) -> Iterator[Callable[[datetime], Delivery]]:
        accounts, community, runtime = Accounts(database), load_community(), Runtime(str(database.engine.url))
        accounts.add("anna", "周小敏", Position.WORKER, "w01", "anna@example.cn")
        accounts.add("s01", "李向阳", Position.WORKER, "s01", "s01@example.cn")

        def launched(now: datetime) -> Delivery:
            copies = [lambda notice: letters(notice, accounts.all(), community)]
            senders = make_senders(database, Hub(), lambda: now, {}, copies)
            senders["mail"] = MailSender(settings(office), accounts.of)
            hold = Quiet(read_quiet_hours("22:00-07:00"), database, RINGS)
            delivery = Delivery(
                senders, unit=database.unit, clock=lambda: now, runtime=runtime, patience=QUICK, apart=APART, hold=hold
            )
            delivery.launch()
            return delivery

        yield launched
        runtime.close()

    def post(self, database: Database, *notices: Notice) -> None:
        with database.unit() as uow:
            for notice in notices:
                uow.outbox.add(notice)
            uow.commit()

    def test_a_deed_reaches_the_mailbox_once_in_spite_of_a_server_that_is_busy(
        self, database: Database, office: PostOffice, start: Callable[[datetime], Delivery]
    ) -> None:
        office.answers = ["451 busy", "421 busy"]
        delivery = start(NOON)
        open_ticket(make_report(), by=Actor(Role.RESIDENT, "web:abc"), at=MONDAY, desk=make_desk(), uow=database.unit())
        wait(lambda: delivery.sweep() is not None and office.taken)
        wait(lambda: not waiting(database))
        delivery.sweep()
        assert [mail["To"].addresses[0].addr_spec for mail in office.taken] == ["anna@example.cn"] and office.tries == 3

    def test_a_refused_letter_is_a_dead_letter_at_once_and_goes_out_when_it_is_sent_again(
        self, database: Database, office: PostOffice, start: Callable[[datetime], Delivery]
    ) -> None:
        office.refused = {"anna@example.cn"}
        delivery = start(NOON)
        self.post(database, ASSIGNED)
        wait(lambda: delivery.sweep() is not None and dead_letters(uow=database.reading()))
        (dead,) = dead_letters(uow=database.reading())
        assert (dead.audience, dead.attempts, office.tries) == ("mail:anna", 1, 1)
        assert "550" in (dead.last_error or "")
        office.refused = set()
        send_again(dead.id, by="admin", at=NOON, uow=database.unit())
        wait(lambda: delivery.sweep() is not None and office.taken)

    def test_by_night_only_what_is_urgent_leaves_the_house(
        self, database: Database, office: PostOffice, start: Callable[[datetime], Delivery]
    ) -> None:
        delivery = start(NIGHT)
        watch = Notice("watch", "ticket.watch", "line:1", BODY | {"level": "督办"}, NIGHT, "GY20261207-0001")
        urgent = replace(ASSIGNED, id="urgent", body=BODY | {"urgent": "急"})
        self.post(database, ASSIGNED, watch, urgent)
        wait(lambda: delivery.sweep() is not None and office.taken and len(held(database)) == 2)
        assert len(office.taken) == 1 and delivery.sweep() == 0
        assert {at.isoformat() for at in held(database)} == {"2026-12-08T07:00:00+08:00"}


def waiting(database: Database) -> list[Notice]:
    with database.reading() as uow:
        return [notice for notice in uow.outbox.waiting(50) if notice.audience.startswith(("worker", "mail"))]


def held(database: Database) -> list[datetime]:
    with database.reading() as uow:
        return [notice.not_before for notice in uow.outbox.waiting(50) if notice.not_before]


class TestWhoIsAsleep:
    FINISHED = Notice("n", "ticket.finished", "conversation:wechat:o1", {}, NIGHT)

    @pytest.mark.parametrize(
        ("notice", "end"),
        [
            (FINISHED, "07:00"),
            (replace(FINISHED, audience="conversation:telegram:42"), "07:00"),
            (replace(FINISHED, audience="conversation:wecom:u"), "07:00"),
            (replace(FINISHED, audience="mail:anna"), "07:00"),
            (replace(FINISHED, audience="pocket:telegram:42"), "07:00"),
            (replace(FINISHED, audience="conversation:web:abc"), None),
            (replace(FINISHED, audience="worker:w01"), None),
            (replace(FINISHED, audience="webhook:h"), None),
            (replace(FINISHED, topic="message.operator"), None),
            (replace(FINISHED, topic="ticket.asked", body={"urgent": "急"}), None),
            (replace(FINISHED, topic="ticket.closed", body={"urgent": "急"}), "07:00"),
        ],
    )
    def test_the_houses_hours(self, database: Database, notice: Notice, end: str | None) -> None:
        until = Quiet(read_quiet_hours("22:00-07:00"), database, RINGS)(notice, NIGHT)
        assert (f"{until:%H:%M}" if until else None) == end

    def test_ones_own_hours_count_more(self, database: Database) -> None:
        record_inbound(Inbound("m", "wechat:o1", "你好"), at=NOON, uow=database.unit())
        prefer("wechat:o1", new="p", at=NOON, uow=database.unit(), quiet_from=0, quiet_until=9 * 60)
        quiet = Quiet(read_quiet_hours("22:00-07:00"), database, RINGS)
        assert quiet(self.FINISHED, NIGHT) is None
        until = quiet(self.FINISHED, NIGHT.replace(hour=8))
        assert until is not None and f"{until:%H:%M}" == "09:00"

    def test_a_house_that_never_sleeps(self, database: Database) -> None:
        assert Quiet(None, database, RINGS)(self.FINISHED, NIGHT) is None

    @pytest.mark.parametrize("hours", ["22", "25:00-07:00", "22:00", "22:00-7"])
    def test_hours_that_cannot_be_read_stop_the_start(self, hours: str) -> None:
        with pytest.raises(ValidationError):
            Settings(quiet_hours=hours)
