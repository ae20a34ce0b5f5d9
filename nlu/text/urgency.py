"""Danger to people, found by rule: fire, gas, a lost child, a knife, a wish to die, with or without the usual word.

The rules and what silences them are data (`knowledge/lexicon/never_miss.yml`); this module knows only how to read them:

* a word list `{word: child, any: [孩子, 娃…]}` stands in every pattern after it that says `<child>`;
* a rule `{about, intent, says, unless, sure}` raises an alarm where one of `says` is found, if no `unless` stands in the
  same clause; a `sure` rule heeds no guard but the masks;
* a guard `{guard: where, why, says, unless, here, only, spares}` silences what the rules find. `where` is
  - `mask`: the words are taken out before the rules look (地名, 成语, 灭火器), though guards still see them;
  - `before`: it stands in the same clause and runs up to the finding (没有|着火了);
  - `told`: it stands in the message anywhere up to the end of the finding (昨天…|着火了);
  - `clause`, `message`: it stands in the same clause, or anywhere in the message.
  `unless`, found anywhere in the message, lifts the guard, and so does `here` in the clause of the finding. `only` and `spares` name the dangers that it is for, or not for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlu.text.needs import needs

MASK = "□"
"""Stands for each character of a masked word, so that places in the text stay what they were."""
ALWAYS = ""
"""Stands for a character where no character is needed."""
_PLACEHOLDER = re.compile(r"<([a-z_]+)>")
_BREAK = re.compile(r"[，。！？；：、,.!?;:~…\s]")
_PLACES = ("mask", "before", "told", "clause", "message")


@dataclass(frozen=True)
class Alarm:
    """A danger that the characters `start:end` of a message speak of; `intent` is emergency or self_harm.

    `sure`: the words leave no room for anything else.
    """

    about: str
    intent: str
    start: int
    end: int
    sure: bool = False


@dataclass(frozen=True)
class _Finding:
    """Where a rule matched, with the clause around it."""

    text: str
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """Where the match begins and ends."""
        return self.start, self.end

    @property
    def clause(self) -> tuple[int, int]:
        """From the mark before the finding to the mark after it."""
        before = [mark.end() for mark in _BREAK.finditer(self.text, 0, self.start)]
        after = _BREAK.search(self.text, self.end)
        return (before[-1] if before else 0), (after.start() if after else len(self.text))

    def seen_from(self, where: str) -> str:
        """The part of the message that a guard of this place looks at."""
        if where == "told":
            return self.text[: self.end]
        if where == "message":
            return self.text
        start, end = self.clause
        return self.text[start : self.start] if where == "before" else self.text[start:end]


@dataclass(frozen=True)
class _Rule:
    about: str
    intent: str
    says: re.Pattern[str]
    unless: re.Pattern[str] | None
    sure: bool

    def findings(self, text: str, masked: str) -> Iterator[_Finding]:
        """Each place that speaks of this danger, what silences it in its own clause already heeded."""
        for match in self.says.finditer(masked):
            finding = _Finding(text, *match.span())
            if self.unless is None or not self.unless.search(finding.seen_from("clause")):
                yield finding


@dataclass(frozen=True, eq=False)
class _Part:
    """One of the patterns of a rule, to see quickly whether the rule finds anything at all."""

    rule: _Rule
    says: re.Pattern[str]


@dataclass(frozen=True)
class _Guard:
    where: str
    says: re.Pattern[str]
    unless: re.Pattern[str] | None
    here: re.Pattern[str] | None
    only: frozenset[str]
    spares: frozenset[str]

    def silences(self, about: str, finding: _Finding) -> bool:
        """Whether the finding is no danger after all."""
        if about in self.spares or (self.only and about not in self.only):
            return False
        if not self.says.search(finding.seen_from(self.where)):
            return False
        if self.here and self.here.search(finding.seen_from("clause")):
            return False
        return self.unless is None or not self.unless.search(finding.text)


class NeverMiss:
    """The never-miss rules of a lexicon, ready to read messages in normal form."""

    def __init__(self, rules: Sequence[Mapping[str, Any]]) -> None:
        """`rules`: word lists, rules and guards in any order; raises ValueError for one that is none of these."""
        words: dict[str, str] = {}
        for entry in rules:
            if "word" in entry:
                words[entry["word"]] = _word_list([_filled(word, words) for word in entry["any"]])
        self._rules: list[_Rule] = []
        self._parts: defaultdict[str, list[_Part]] = defaultdict(list)
        self._guards: list[_Guard] = []
        masks: list[str] = []
        for entry in rules:
            if entry.get("guard") == "mask":
                masks += entry["says"]
            elif "guard" in entry:
                self._guards.append(_guard(entry, words))
            elif "about" in entry:
                self._add(_rule(entry, words), [_filled(pattern, words) for pattern in entry["says"]])
            elif "word" not in entry:
                raise ValueError(f"neither word list, rule nor guard: {dict(entry)!r}")
        self._masks = _compiled(masks, words)

    def _add(self, rule: _Rule, patterns: Sequence[str]) -> None:
        self._rules.append(rule)
        for pattern in patterns:
            part = _Part(rule, re.compile(pattern))
            for char in needs(pattern) or (ALWAYS,):
                self._parts[char].append(part)

    def _telling(self, masked: str) -> list[_Rule]:
        """The rules that find something: of some six hundred patterns a message has what ten or twenty need."""
        parts = {part for char in (ALWAYS, *masked) for part in self._parts.get(char, ())}
        found = {id(part.rule) for part in parts if part.says.search(masked)}
        return [rule for rule in self._rules if id(rule) in found]

    def alarms(self, text: str) -> list[Alarm]:
        """Every danger of a message in normal form, in reading order, each kind once; `start` and `end` count its characters."""
        masked = self._masked(text)
        found: dict[str, Alarm] = {}
        for rule in self._telling(masked):
            for finding in rule.findings(text, masked):
                if rule.about in found and found[rule.about].start <= finding.start:
                    break
                if rule.sure or not self._silenced(rule.about, finding):
                    found[rule.about] = Alarm(rule.about, rule.intent, *finding.span, rule.sure)
                    break
        return sorted(found.values(), key=lambda alarm: (alarm.start, alarm.end))

    def _masked(self, text: str) -> str:
        if self._masks is None:
            return text
        return self._masks.sub(lambda match: MASK * len(match.group()), text)

    def _silenced(self, about: str, finding: _Finding) -> bool:
        return any(guard.silences(about, finding) for guard in self._guards)


def _rule(entry: Mapping[str, Any], words: Mapping[str, str]) -> _Rule:
    if entry["intent"] not in ("emergency", "self_harm"):
        raise ValueError(f"a never-miss rule raises emergency or self_harm, not {entry['intent']!r}")
    says = _compiled(entry["says"], words)
    if says is None:
        raise ValueError(f"a never-miss rule about {entry['about']} that says nothing")
    return _Rule(
        entry["about"], entry["intent"], says, _compiled(entry.get("unless", ()), words), bool(entry.get("sure"))
    )


def _guard(entry: Mapping[str, Any], words: Mapping[str, str]) -> _Guard:
    where = entry["guard"]
    if where not in _PLACES:
        raise ValueError(f"a guard looks at {', '.join(_PLACES)}, not at {where!r}")
    says = [f"(?:{p})$" for p in entry["says"]] if where == "before" else entry["says"]
    pattern = _compiled(says, words)
    if pattern is None:
        raise ValueError(f"a guard that says nothing: {dict(entry)!r}")
    only, spares = frozenset(entry.get("only", ())), frozenset(entry.get("spares", ()))
    unless, here = _compiled(entry.get("unless", ()), words), _compiled(entry.get("here", ()), words)
    return _Guard(where, pattern, unless, here, only, spares)


def _compiled(patterns: Sequence[str], words: Mapping[str, str]) -> re.Pattern[str] | None:
    """One pattern for any of several, word lists filled in; None for none. An unknown word list raises ValueError."""
    if not patterns:
        return None
    return re.compile("|".join(f"(?:{_filled(pattern, words)})" for pattern in patterns))


def _word_list(words: Sequence[str]) -> str:
    """Any of some words, with a look at the first character before all else: word lists are tried at every character."""
    plain = [word for word in words if re.match(r"\w(?![?*+{])", word)]
    nested = [match[1] for word in words if (match := re.match(r"\(\?:\(\?=\[(\w+)\]\)", word))]
    body = f"(?:{'|'.join(words)})"
    if len(plain) + len(nested) < len(words):
        return body
    heads = "".join(sorted({word[0] for word in plain} | set("".join(nested))))
    return f"(?:(?=[{heads}]){body})"


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    def listed(match: re.Match[str]) -> str:
        if match[1] not in words:
            raise ValueError(f"no word list {match[1]!r} for the pattern {pattern!r}")
        return words[match[1]]

    return _PLACEHOLDER.sub(listed, pattern)
