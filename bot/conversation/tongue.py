"""Languages other than Chinese: who writes in one is told kindly, in English and Chinese, what can be done.

Told apart by script and not by a model: what is looked for is text in which there is no Chinese at all.
"""

from __future__ import annotations

import re
import unicodedata

from knowledge.wording import say

CHINESE = re.compile(r"[㐀-鿿]")
LATIN_WORD = re.compile(r"[^\W\d_]+")
URL = re.compile(r"\S+(?:://|@|\.[a-z]{2,}/)\S*|https?\S*")
SCRIPTS = {
    "HANGUL": "한국어",
    "HIRAGANA": "日本語",
    "KATAKANA": "日本語",
    "CYRILLIC": "Русский",
    "ARABIC": "العربية",
    "THAI": "ไทย",
    "DEVANAGARI": "हिन्दी",
    "HEBREW": "עברית",
    "GREEK": "Ελληνικά",
    "MYANMAR": "မြန်မာ",
    "KHMER": "ខ្មែរ",
    "LAO": "ລາວ",
    "TIBETAN": "བོད་ཡིག",
    "MONGOLIAN": "ᠮᠣᠩᠭᠣᠯ",
}
LEAST_WORDS, LEAST_LETTERS = 3, 3
"""Fewer Latin words ("OK", "wifi", "hello") or fewer letters of another script may be anything; the engine reads them."""


def foreign(text: str) -> str:
    """What is said to a text in another language; "" where it is in Chinese, or too short to tell."""
    if CHINESE.search(text) and not _kana(text):
        return ""
    script = _script(text)
    if script in SCRIPTS:
        return say("tongue_other", language=SCRIPTS[script])
    return say("tongue_english") if script == "LATIN" else ""


def _script(text: str) -> str:
    """The script that most letters are of, where there are enough of them; "" where there are not."""
    text = URL.sub(" ", text)
    counts: dict[str, int] = {}
    for character in text:
        if character.isalpha():
            script = unicodedata.name(character, "").partition(" ")[0]
            counts[script] = counts.get(script, 0) + 1
    script = max(counts, key=lambda name: counts[name], default="")
    if script == "LATIN":
        return script if len(LATIN_WORD.findall(text)) >= LEAST_WORDS else ""
    return script if counts.get(script, 0) >= LEAST_LETTERS else ""


def _kana(text: str) -> bool:
    """Japanese has Chinese characters too: it is told by its own."""
    kana = sum("぀" <= c <= "ヿ" and c != "の" for c in text)
    return kana >= LEAST_LETTERS
