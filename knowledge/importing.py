"""Taking a city's regulation from a file onto the shelf: all of it or nothing, with a word on everything that looks odd."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import yaml

from knowledge.articles import RawStatute, Remark, read_statute
from knowledge.errors import BadSource, BadStatute
from knowledge.gaps import gaps_in
from knowledge.preamble import Front, city_of, read_front
from knowledge.sourcefile import read_source
from knowledge.statutes import Statute, load_statute

LONGEST_SHOWN = 30
"""Characters of a refused line that are shown."""


@dataclass(frozen=True)
class Given:
    """What the person who imports says about the file, where the file does not say it itself, or says it wrong."""

    title: str = ""
    city: str = ""
    version: date | None = None
    effective: date | None = None
    repealed: date | None = None
    own: bool = False
    replace: bool = False


@dataclass(frozen=True)
class Imported:
    """What was taken: the regulation as it now stands on file, and what looked odd in its text."""

    statute: Statute
    remarks: tuple[Remark, ...]

    @property
    def chapters(self) -> int:
        """How many chapters there are; 0 where the text has none."""
        return len({(a.part, a.chapter) for a in self.statute.articles if a.chapter})


def import_regulation(file: Path, shelf: Path, given: Given, on_file: Sequence[Statute]) -> Imported:
    """Read a regulation from `file` and keep it in a folder of its own under `shelf`.

    `on_file`: what is there already, shipped or imported. Raises `BadSource` with what to do, `BadStatute` with the line.
    """
    text = read_source(file)
    raw = _read(text)
    front = read_front(raw)
    about = _about(file, raw, front, given, on_file)
    name = _name(str(about["title"]), given.version or front.version or front.effective)
    _refuse_double(file, name, about, given, on_file, shelf)
    folder = _keep(shelf, name, text, about)
    return Imported(replace(load_statute(folder), imported=True), _remarks(raw))


def _read(text: str) -> RawStatute:
    """The text in its parts; a refusal shows the line that is meant."""
    try:
        return read_statute(text)
    except BadStatute as failure:
        line, problem = failure.fields["line"], failure.fields["problem"]
        shown = text.splitlines()[line - 1].strip()[:LONGEST_SHOWN] if isinstance(line, int) and line else ""
        where = f"（这一行是“{shown}”）" if shown else ""
        raise BadStatute(int(str(line)), f"{problem}{where}。什么也没有导入") from failure


def _about(file: Path, raw: RawStatute, front: Front, given: Given, on_file: Sequence[Statute]) -> dict[str, object]:
    """What about.yml will say; a new version of the community's own regulation is its own as well."""
    title = given.title or front.title
    if not title:
        raise BadSource(file.name, "没有找到标题（以条例、办法、规定、法等结尾的一行），请用 --title 写明")
    lost: dict[int, list[str]] = {}
    for article in raw.articles:
        words = [gap.words for gap in gaps_in(article.text) if gap.code != "gap_label"]
        if words and not article.suffix:
            lost[article.number] = words
    about = {
        "title": title,
        "city": given.city or city_of(title),
        "own": given.own or any(s.own and s.title == title for s in on_file),
        "version": given.version or front.version,
        "effective": given.effective or front.effective,
        "repealed": given.repealed,
        "source": f"由 {file.name} 导入，原文未改",
        "lost": lost,
    }
    return {key: value for key, value in about.items() if value}


def _name(title: str, day: date | None) -> str:
    """The folder's name, which is also the regulation's id: readable, and safe in a path and an address."""
    plain = re.sub(r"[^0-9A-Za-z一-龥]", "", title)
    return f"{plain}-{day:%Y%m%d}" if day else plain


def _refuse_double(
    file: Path, name: str, about: dict[str, object], given: Given, on_file: Sequence[Statute], shelf: Path
) -> None:
    others = [s for s in on_file if s.title == about["title"] and s.id != name]
    if others and not (about.get("version") or about.get("effective")):
        raise BadSource(
            file.name, f"已有一份《{about['title']}》，这一份没有写明通过或修正的日期，分不出新旧，请用 --version 写明"
        )
    if (shelf / name).exists() and not given.replace:
        raise BadSource(file.name, f"《{about['title']}》的这个版本已经有了（{name}），要换成这一份请加 --replace")


def _keep(shelf: Path, name: str, text: str, about: dict[str, object]) -> Path:
    """Write the folder beside its place, read it back as the service will, and only then put it there."""
    shelf.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=shelf.parent, prefix="import-") as part:
        made, folder = Path(part) / name, shelf / name
        made.mkdir()
        (made / "text.txt").write_text(text, "utf-8", newline="\n")
        (made / "about.yml").write_text(yaml.safe_dump(about, allow_unicode=True, sort_keys=False), "utf-8")
        load_statute(made)
        if folder.exists():
            _keep_questions(folder, made)
            os.replace(folder, Path(part) / "replaced")
        os.replace(made, folder)
    return folder


def _keep_questions(old: Path, new: Path) -> None:
    """What was written beside the replaced text stays beside the new one."""
    for kept in ("questions", "unanswerable.yml"):
        source = old / kept
        if source.is_dir():
            shutil.copytree(source, new / kept)
        elif source.exists():
            shutil.copy2(source, new / kept)


def _remarks(raw: RawStatute) -> tuple[Remark, ...]:
    """What looked odd, in the text's order: headings, and places at which an article seems to have lost something."""
    gaps = [Remark(a.line, gap.code, gap.words) for a in raw.articles for gap in gaps_in(a.text)]
    return tuple(sorted((*raw.remarks, *gaps), key=lambda r: r.line))
