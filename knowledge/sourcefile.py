"""A regulation's file as plain lines: txt and md in whatever encoding, docx by paragraphs and table rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from knowledge.errors import BadSource

LARGEST = 20_000_000
"""Bytes; the longest Chinese statute has under one million."""
INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
DECORATION = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?)|\*\*|__|<!--.*?-->", re.MULTILINE)
FIRST = re.compile(r"^[ \t　]*第[ \t　]*[一1][ \t　]*条", re.MULTILINE)
ENCODINGS = ("utf-8-sig", "gb18030")


def read_source(path: Path) -> str:
    """The words of a .txt, .md or .docx file; what only decorates them is left out, and lines stay where they are.

    Raises `BadSource` with what to do instead for any other file, and for one that is damaged.
    """
    kind = path.suffix.lower()
    if kind not in (".txt", ".md", ".docx"):
        hint = "请先在 Word 或 WPS 里另存为 docx" if kind in (".doc", ".wps", ".rtf") else "请另存为 txt、md 或 docx"
        raise BadSource(path.name, f"不认识“{kind or '没有后缀'}”这种文件，{hint}")
    if not path.is_file():
        raise BadSource(path.name, "没有这个文件，请核对文件名")
    if path.stat().st_size > LARGEST:
        raise BadSource(path.name, f"文件超过 {LARGEST // 1_000_000} MB，不像一部条例")
    text = _docx(path) if kind == ".docx" else _plain(path)
    text = INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n"))
    return DECORATION.sub("", text) if kind == ".md" else text


def _plain(path: Path) -> str:
    data = path.read_bytes()
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ENCODINGS
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise BadSource(path.name, "不是文本文件，或编码既不是 UTF-8 也不是 GB18030")


def _docx(path: Path) -> str:
    from docx import Document  # half a second of import, so only where a docx is read
    from docx.opc.exceptions import OpcError

    try:
        document = Document(str(path))
    except (OpcError, BadZipFile, KeyError, ValueError, OSError) as failure:
        raise BadSource(path.name, "打不开，不是完好的 docx 文件，请在 Word 或 WPS 里重新保存") from failure
    text = "\n".join(_rows(document))
    if not FIRST.search(text) and any(_numbered(p) for p in document.paragraphs):
        raise BadSource(path.name, "条号是 Word 的自动编号，文字里没有，请先把编号转换为文本再保存")
    return text


def _rows(document: Any) -> Iterator[str]:
    """Paragraphs and tables in their own order; a table row as its cells, one behind the other."""
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            yield from (
                "　".join(dict.fromkeys(cell.text.replace("\n", " ") for cell in row.cells)) for row in block.rows
            )
        else:
            yield block.text


def _numbered(paragraph: Any) -> bool:
    properties = paragraph._p.pPr
    return properties is not None and properties.numPr is not None
