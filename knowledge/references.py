"""Articles that a question names outright: 第三十条, 条例30条, 第十一条和第十二条, and those of other laws (民法典第三十条)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.numerals import NUMERAL, number_of

NO_ARTICLE = r"(?!狗|鱼|街|路|巷|河|沟|船|线|裤|毛巾|烟|命|腿|消息|信息|短信|评论|意见|建议|留言|微博|跑道|车道)"
"""What is counted by 条 as well, so that 第三条狗 names no article."""
LAW = r"(?:《(?P<title>[^《》]{2,30})》|(?P<law>[一-龥]{0,14}?(?:法典|宪法|法|条例|办法|规定|细则)))的?\s*"
NAMED = re.compile(
    rf"(?:(?:{LAW})?第|(?<=条[和与、及跟到]))(?P<number>{NUMERAL}{{1,6}})条(?:之(?P<suffix>[一二三四五六七八九十]))?{NO_ARTICLE}"
)
BARE = re.compile(
    r"(?:请问|我想看看?|想看|查一?下?|看看?|讲讲?|说说?|念念?|问一?下?|这个|咱们|社区|工作|条例|规定|本|里面?|的|那|第|\s)*"
    rf"(?P<number>{NUMERAL}{{1,4}})条(?:之(?P<suffix>[一二三四五六七八九十]))?"
    r"(?:的?(?:内容|原文|全文|规定|条文))?(?:是|讲|说|写|规定|管)?(?:了|的|是)?(?:什么|啥子?|哪样|怎么说|咋个?说|怎么写)?(?:内容|东西)?[呢吗啊呀嘛了的]?[?？。!！,，.\s]*"
)
OURS = re.compile(
    r"^(?:[本该这此]|这个|这部|那个|我们的?|你们的?|咱们的?|社区|工作|市|贵阳市?|根据|按照?|依据|请问|看看?|查|在|和|与|、)*(?:条例|规定|办法)?$"
)


@dataclass(frozen=True)
class Reference:
    """An article that is named. `law`: the title of a law that is not on file; `title`: that of a regulation on file which is
    not the community's own; both "" where the community's own is meant."""

    number: int
    suffix: int = 0
    law: str = ""
    title: str = ""


def references_in(folded: str, titles: Sequence[str]) -> list[Reference]:
    """The articles that a folded question names, in order, none twice; `titles` are the regulations on file, our own first."""
    matches = list(NAMED.finditer(folded)) or [m for m in [BARE.fullmatch(folded)] if m]
    return list(dict.fromkeys(r for match in matches if (r := _reference(match, titles))))


def _reference(match: re.Match[str], titles: Sequence[str]) -> Reference | None:
    number, suffix = number_of(match["number"]), number_of(match["suffix"] or "0")
    if number is None or suffix is None:
        return None
    groups = match.groupdict()
    name = groups.get("title") or groups.get("law") or ""
    if OURS.match(name):
        return Reference(number, suffix)
    title = _on_file(name, titles)
    return Reference(number, suffix, "" if title else name, title if title not in titles[:1] else "")


def _on_file(name: str, titles: Sequence[str]) -> str:
    """The title that is meant: the very one, one that the name ends with, or the first that it is a part of; "" for none."""
    fits = (lambda t: t == name, name.endswith, lambda t: name in t)
    return next((title for fit in fits for title in titles if fit(title)), "")
