"""`linli import regulation` and `linli export regulation`: any city's rules in and out, with a word on what was taken."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.command import refuse, settings_with

if TYPE_CHECKING:
    from knowledge.importing import Imported
    from knowledge.statutes import Statute

DAY = click.DateTime(["%Y-%m-%d"])


@click.command(
    "regulation", help="导入一部条例（txt、md、docx）：分条读进来，原文一字不改；读不懂就整份不收，并说出哪一行。"
)
@click.argument("file", type=click.Path(path_type=Path), metavar="文件")
@click.option("--own", is_flag=True, help="这是本社区自己的条例，“第三十条”指的就是它")
@click.option("--title", default="", help="标题；文件里写着就不用")
@click.option("--city", default="", help="哪个城市的；全国的写“全国”，标题看得出就不用")
@click.option("--version", type=DAY, help="这一版通过或修正的日期，如 2024-03-29")
@click.option("--effective", type=DAY, help="施行的日期")
@click.option("--repealed", type=DAY, help="废止的日期；已经废止的只供查阅")
@click.option("--replace", is_flag=True, help="同一版本已经有了，换成这一份")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def import_regulation(file: Path, as_json: bool, **given: Any) -> None:
    """Import one."""
    from knowledge.importing import Given, import_regulation
    from knowledge.regulations import load_regulations

    shelf = settings_with({}).regulations
    today, days = date.today(), {key: value.date() for key, value in given.items() if isinstance(value, datetime)}
    imported = import_regulation(file, shelf, Given(**{**given, **days}), load_regulations(shelf, today))
    on_file = load_regulations(shelf, today)
    if as_json:
        print(json.dumps(_view(imported, on_file, today), ensure_ascii=False))
    else:
        print("\n".join(_lines(imported, on_file, today)))


@click.command("regulation", help="把一部条例写成 md 文件，可以再导入别处。")
@click.argument("regulation", metavar="编号")
@click.argument("file", type=click.Path(path_type=Path), metavar="文件")
def export_regulation(regulation: str, file: Path) -> None:
    """Export one."""
    from knowledge.regulations import load_regulations
    from knowledge.rendering import render
    from knowledge.wording import say

    on_file = load_regulations(settings_with({}).regulations, date.today())
    statute = next((s for s in on_file if s.id == regulation), None)
    if statute is None:
        refuse(say("export_unknown", id=regulation, ids="、".join(s.id for s in on_file)), 1)
    part = file.with_name(file.name + ".part")
    part.write_text(render(statute), "utf-8")
    part.replace(file)
    print(say("export_written", title=statute.title, count=len(statute.articles), file=file))


def _view(imported: Imported, on_file: Sequence[Statute], today: date) -> dict[str, object]:
    from knowledge.regulations import standings

    statute = imported.statute
    return {
        "id": statute.id,
        "title": statute.title,
        "city": statute.city,
        "chapters": imported.chapters,
        "articles": len(statute.articles),
        "version": str(statute.version or ""),
        "effective": str(statute.effective or ""),
        "standing": standings(on_file, today)[statute.id].value,
        "remarks": [{"line": r.line, "code": r.code, "words": r.words} for r in imported.remarks],
    }


def _lines(imported: Imported, on_file: Sequence[Statute], today: date) -> Iterator[str]:
    """What was taken, in sentences."""
    from knowledge.regulations import Standing, standings, versions
    from knowledge.wording import say

    statute, worth = imported.statute, standings(on_file, today)
    chapters = say("import_chapters", count=imported.chapters) if imported.chapters else ""
    yield say("import_taken", title=statute.title, chapters=chapters, count=len(statute.articles), id=statute.id)
    days = {
        name: day or say("import_no_day")
        for name, day in (("version", statute.version), ("effective", statute.effective))
    }
    yield say("import_dates", standing=say(f"standing_{worth[statute.id]}"), **days)
    older = [s.id for s in versions(statute, on_file) if s.id != statute.id and worth[s.id] is Standing.AMENDED]
    if older and worth[statute.id] is Standing.IN_FORCE:
        yield say("import_replaces", title=statute.title, ids="、".join(older))
    if statute.own:
        yield say("import_own")
    if statute.repeals:
        yield say("import_repeals", titles="、".join(f"《{title}》" for title in statute.repeals))
    if statute.appendix:
        yield say("import_appendix")
    yield from _remarked(imported)
    yield say("import_restart")


def _remarked(imported: Imported) -> Iterator[str]:
    from knowledge.wording import say

    if imported.remarks:
        yield say("import_remarks", count=len(imported.remarks))
    for remark in imported.remarks:
        yield say("import_remark", line=remark.line, text=say(f"import_remark_{remark.code}", words=remark.words))
