"""`linli import tickets` and `linli export tickets|conversations|training`: files in and out, whole or not at all."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.command import settings_with

if TYPE_CHECKING:
    from actions.exchange.old_ticket import Refusal
    from actions.exchange.sheet import Values
    from actions.store.database import Database
    from bot.settings import Settings

SHOWN = 50
"""Refused lines that are shown; the rest is counted."""

Item = TypeVar("Item")
FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="文件")
PRIVATE = click.option("--with-private", "private", is_flag=True, help="带上电话等个人信息和保密内容；会记进审计日志")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")


@click.command("tickets", help="导入旧系统的工单（csv、xlsx、jsonl）：全部收下，或一条不收；同一个旧编号只收一次。")
@FILE
@click.option("--other", is_flag=True, help="认不出的类别都归到“其他”")
@AS_JSON
def import_tickets(file: Path, other: bool, as_json: bool) -> None:
    """Import an older system's tickets."""
    from actions.exchange.old_ticket import Reader, unused
    from actions.exchange.sheet import read_rows
    from actions.exchange.taking import take
    from actions.office import load_desk
    from bot.app import now
    from knowledge.categories import load_categories
    from knowledge.community import load_community
    from knowledge.publicity import PublicPlaces
    from knowledge.wording import say

    settings, at = _settings(), now()
    rows = read_rows(file)
    old, refused = Reader(load_categories(), at, other=other).read(rows)
    if refused:
        sys.exit(_refused(refused, as_json))
    desk, places = load_desk(settings.ticket_prefix), PublicPlaces(load_community())
    with _database(settings) as database:
        done = take(old, at=at, desk=desk, places=places, uow=database.unit(), progress=_progress)
    left = unused(rows)
    if as_json:
        print(json.dumps({"taken": done.taken, "known": done.known, "unused": left, "refused": []}, ensure_ascii=False))
        return
    print(say("import_tickets_taken", taken=done.taken, known=done.known))
    if left:
        print(say("import_tickets_unused", columns="、".join(left)))


def _refused(refused: Sequence[Refusal], as_json: bool) -> int:
    """Say what is wrong with which line; nothing was taken."""
    from knowledge.wording import say

    if as_json:
        lines = [{"line": one.line, "problem": one.problem} for one in refused]
        print(json.dumps({"taken": 0, "known": 0, "refused": lines}, ensure_ascii=False))
    print(say("import_tickets_refused", count=len({one.line for one in refused})), file=sys.stderr)
    for one in () if as_json else refused[:SHOWN]:
        print(say("import_tickets_line", line=one.line, problem=one.problem), file=sys.stderr)
    if len(refused) > SHOWN and not as_json:
        print(say("import_tickets_more", count=len(refused) - SHOWN), file=sys.stderr)
    return 1


@click.command("tickets", help="导出全部工单（csv、xlsx、jsonl，看文件名的结尾）；电话打码，保密工单只留编号和时间。")
@FILE
@PRIVATE
@AS_JSON
def export_tickets(file: Path, private: bool, as_json: bool) -> None:
    """Export the tickets."""
    from actions.exchange.giving import TICKETS, ticket_rows
    from knowledge.categories import load_categories

    settings = _settings()
    names = {category.id: category.name for category in load_categories().values()}
    with _database(settings) as database:
        rows = ticket_rows(database.reading, names, private=private)
        _write(file, TICKETS, rows, as_json, settings if private else None, "tickets")


@click.command("conversations", help="导出全部会话的消息；电话打码，会话换成流水号，有保密投诉的会话不带原话。")
@FILE
@PRIVATE
@AS_JSON
def export_conversations(file: Path, private: bool, as_json: bool) -> None:
    """Export what was said."""
    from actions.exchange.giving import CONVERSATIONS, message_rows

    settings = _settings()
    with _database(settings) as database:
        rows = message_rows(database.reading, private=private)
        _write(file, CONVERSATIONS, rows, as_json, settings if private else None, "conversations")


@click.command("training", help="导出可以用来训练的句子：工单带最后定下的类别和单位，消息带当时的理解；号码一律打码。")
@FILE
@AS_JSON
def export_training(file: Path, as_json: bool) -> None:
    """Export sentences to learn from."""
    from actions.exchange.giving import TRAINING, training_rows

    with _database(_settings()) as database:
        _write(file, TRAINING, training_rows(database.reading), as_json, None, "training")


def _write(
    file: Path, columns: dict[str, str], rows: Iterator[Values], as_json: bool, audited: Settings | None, what: str
) -> None:
    """Write the file and say how much is in it. Private data leaves only after the log says who takes it."""
    from actions.exchange.sheet import write_rows
    from knowledge.wording import say

    if audited:
        _audit(audited, what, file)
    count = write_rows(file, columns, _progress(rows))
    print(
        json.dumps({"rows": count, "file": str(file)}, ensure_ascii=False)
        if as_json
        else say("export_done", count=count, file=file)
    )
    if audited:
        print(say("export_private", log=audited.audit_log), file=sys.stderr)


def _audit(settings: Settings, what: str, file: Path) -> None:
    """One line of the audit log, on disk before anything else happens."""
    from bot.app import now

    line = {
        "at": now().isoformat(),
        "who": getpass.getuser(),
        "did": f"export {what} --with-private",
        "file": str(file.absolute()),
    }
    settings.audit_log.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(settings.audit_log, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "a", encoding="utf-8") as log:
        log.write(json.dumps(line, ensure_ascii=False) + "\n")
        log.flush()
        os.fsync(log.fileno())


def _progress(items: Iterable[Item]) -> Iterator[Item]:
    """The items, counted on a terminal as they pass; a program that reads along sees nothing of it."""
    if not sys.stderr.isatty():
        yield from items
        return
    with click.progressbar(items, file=sys.stderr, show_pos=True, show_eta=False) as bar:
        yield from bar


def _settings() -> Settings:

    return settings_with({})


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    """The database with its tables brought up to date. Nobody outside is told of what is imported: it is old news."""
    from actions.store.database import open_database
    from actions.store.migrate import migrate

    migrate(settings.database)
    database = open_database(settings.database)
    try:
        yield database
    finally:
        database.close()


IMPORTS: tuple[Any, ...] = (import_tickets,)
EXPORTS: tuple[Any, ...] = (export_tickets, export_conversations, export_training)
