"""The question in a message: cleaned, without instructions to the assistant, short enough to be read in no time."""

from __future__ import annotations

import re

from knowledge.folding import fold

LONGEST_READ = 2000
LONGEST_ASKED = 140
"""Characters that are searched with; a longer story is cut in the middle, since it is asked at one of its ends."""
HEAD = 50
CLAUSE = re.compile(r"[^,，。.!！?？;；\n]+[,，。.!！?？;；\n]*")
INSTRUCTION = re.compile(
    r"(?:忽略|无视|忘记|忘掉|不要?理会|别管|跳过|绕过).{0,12}(?:指令|指示|规则|提示|设定|限制|要求|以上|之前|前面|上面|条例)"
    r"|你(?:现在|从现在起)?(?:是|扮演|假装|充当)(?:一个|一名|一位)|扮演|假装你|角色扮演|开发者模式|system|prompt|ignore|instruction"
    r"|(?:编|捏造|虚构|杜撰)(?:造|一|个|出|几)+(?:条|个|份|款)|(?:必须|只能|只许|只准)(?:回答|输出|说)|不(?:要|用|许)引用"
)
LOOKING_BACK = re.compile(
    r"^(?:那|这|它|他|她|还有|然后|另外|如果|要是|不然)|^.{0,8}呢[?？]?$|第[一二三四五六七八九十\d]+[款项]"
    r"|(?:这|那)(?:个|条|种|些|事|样)|^(?:谁|哪个|哪里|几时|多久|多少|什么时候|为什么|为啥|凭什么)"
)
LONGEST_LOOK_BACK = 16


def heart_of(message: str) -> str:
    """The folded question in a message; "" where nothing is left once instructions to the assistant are left out."""
    folded = fold(message[:LONGEST_READ])
    kept = "".join(c for c in CLAUSE.findall(folded) if not INSTRUCTION.search(c)).strip(" ,，。")
    if len(kept) <= LONGEST_ASKED:
        return kept
    return kept[:HEAD] + kept[HEAD - LONGEST_ASKED :]


def looks_back(folded: str) -> bool:
    """Whether a folded question leans on what was said before: 那这个归哪个出钱, 第二款呢."""
    return len(folded) <= LONGEST_LOOK_BACK and bool(LOOKING_BACK.search(folded))
