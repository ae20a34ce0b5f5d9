"""Never miss: the rules on sentences of their own, on the training lines, and the reading of the rules itself."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from nlu.text.normalise import Respelling, normalise
from nlu.text.urgency import MASK, Alarm, NeverMiss

ROOT = Path(__file__).resolve().parents[2]
LEXICON = ROOT / "knowledge" / "lexicon"
DIALOGUE = ROOT / "knowledge" / "dialogue"
CASES = ROOT / "tests" / "cases" / "urgency"
URGENT = ("emergency", "self_harm")


def read(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def columns(name: str) -> list[tuple[str, str]]:
    """The pairs of a two-column lexicon file."""
    lines = (line.strip() for line in (LEXICON / name).read_text("utf-8").splitlines())
    pairs = (line.partition(" ") for line in lines if line and not line.startswith("#"))
    return [(wrong, right) for wrong, _, right in pairs]


def simplified(char: str) -> str:
    """The few traditional characters of the lines below; the whole table is OpenCC's, which only the engine has."""
    return {"燒": "烧", "煙": "烟", "電": "电", "樓": "楼", "門": "门", "個": "个"}.get(char, char)


RESPELLING = Respelling(
    dict(pair for name in ("typos", "dialect", "emoji") for pair in columns(f"{name}.txt")), simplified
)
RULES = read(LEXICON / "never_miss.yml")
NEVER_MISS = NeverMiss(RULES)


def alarms(said: str) -> list[Alarm]:
    return NEVER_MISS.alarms(normalise(said, RESPELLING).text)


def cases() -> Iterator[Any]:
    """Yield each case of `tests/cases/urgency/*.yml` as one named pytest parameter."""
    for path in sorted(CASES.glob("*.yml")):
        for case in read(path):
            reason = case.pop("known_failure", None)
            marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
            yield pytest.param(case, id=f"{path.stem}: {case['say']}", marks=marks)


@pytest.mark.parametrize("case", cases())
def test_a_sentence_raises_the_alarm_that_it_should(case: dict[str, Any]) -> None:
    raised = {alarm.about for alarm in alarms(case["say"])}
    if case["urgent"]:
        assert case["about"] in raised
    else:
        assert not raised


@cache
def lines(folder: str, stem: str = "*", but: str = "") -> list[tuple[str, str]]:
    """Training lines with their intents."""
    files = (read(path) for path in sorted((DIALOGUE / folder).glob(f"{stem}.yml")) if path.stem != but)
    blocks = ((block, data.get("intent")) for data in files for block in data["examples"])
    return [(line, block.get("intent", intent)) for block, intent in blocks for line in block["lines"]]


def share_raised(said: list[str]) -> float:
    return sum(bool(alarms(line)) for line in said) / len(said)


def measured(stem: str) -> list[str]:
    """Sentences that are counted, not judged one by one: some of them only the classifier can tell."""
    return [case["say"] for case in read(CASES / "measured" / f"{stem}.yml")]


def test_the_rules_alone_find_four_of_five_dangers() -> None:
    assert share_raised(measured("danger")) >= 0.8


def test_the_rules_alone_raise_one_false_alarm_in_fifty_at_most() -> None:
    assert share_raised(measured("calm")) <= 0.02


@pytest.mark.parametrize(("intent", "floor"), [("emergency", 0.95), ("self_harm", 0.8)])
def test_the_rules_alone_find_most_of_the_training_lines(intent: str, floor: float) -> None:
    """A farewell said sideways is left to the classifier, which learns from these very lines."""
    assert share_raised([line for line, _ in lines("intents", intent)]) >= floor


def test_the_rules_keep_calm_on_hard_negatives() -> None:
    assert share_raised([line for line, _ in lines("intents", "not_urgent")]) <= 0.02


def test_the_rules_keep_calm_on_everyday_business() -> None:
    """What lies at the very edge (near_danger.yml) is left to the classifier, which learns from these very lines."""
    everyday = lines("intents", but="near_danger") + lines("categories")
    calm = [line for line, intent in everyday if intent not in URGENT]
    assert share_raised(calm) <= 0.005


def test_the_rules_find_urgent_lines_among_the_categories() -> None:
    assert share_raised([line for line, intent in lines("categories") if intent in URGENT]) >= 0.9


@cache
def raised_lines() -> list[str]:
    """The urgent training lines that the rules find as they stand."""
    return [line for intent in URGENT for line, _ in lines("intents", intent) if alarms(line)]


def test_no_case_is_a_training_line() -> None:
    said = {case.values[0]["say"] for case in cases()} | {*measured("danger"), *measured("calm")}
    assert not said & {line for line, _ in lines("intents") + lines("categories")}


@pytest.mark.parametrize(
    "more",
    ["，请尽快处理，谢谢", "，物业说不归他们管", "，地址是幸福里小区3栋2单元501", "，怎么办啊", "，我已经打了119"],
)
def test_what_people_add_does_not_silence_an_alarm(more: str) -> None:
    assert share_raised([line + more for line in raised_lines()]) >= 0.95


def test_a_voice_transcript_without_marks_is_read_too() -> None:
    assert (
        share_raised(["".join(c for c in line if c not in "，。！？；：、,.!?;:~…") for line in raised_lines()]) >= 0.93
    )


def test_an_alarm_says_where_and_what() -> None:
    text = normalise("喂，火炬小区三楼着火了，我妈叫不醒", RESPELLING).text
    found = NEVER_MISS.alarms(text)
    assert [(a.about, a.intent) for a in found] == [("fire", "emergency"), ("illness", "emergency")]
    assert "着火" in text[found[0].start : found[0].end] and "火炬" not in text[found[0].start : found[0].end]
    assert found == sorted(found, key=lambda a: a.start)


def test_self_harm_carries_its_own_intent() -> None:
    assert [(a.about, a.intent) for a in alarms("我不想活了")] == [("self_harm", "self_harm")]


@pytest.mark.parametrize("said", ["", " ", "？", "🔥", "啊" * 2000, "\x00\x01"])
def test_odd_input_raises_nothing(said: str) -> None:
    assert alarms(said) == []


def test_the_rules_survive_the_journey_into_a_model() -> None:
    travelled = NeverMiss(json.loads(json.dumps(RULES)))
    said = [line for line, _ in lines("intents", "emergency")][:50]
    assert [travelled.alarms(line) for line in said] == [NEVER_MISS.alarms(line) for line in said]


def test_reading_stays_quick() -> None:
    """A runaway pattern shows here; the usual message takes a third of a millisecond."""
    said = [normalise(line, RESPELLING).text for line, _ in lines("intents", "not_urgent")]
    start = time.perf_counter()
    for text in said:
        NEVER_MISS.alarms(text)
    assert (time.perf_counter() - start) / len(said) < 0.003
    start = time.perf_counter()
    NEVER_MISS.alarms("我妈" * 1000)
    assert time.perf_counter() - start < 2


# The reading of rules, on rules small enough to see through.
FIRE = {"about": "fire", "intent": "emergency", "says": ["着火"]}


def found(text: str, *rules: dict[str, Any]) -> list[str]:
    return [alarm.about for alarm in NeverMiss([*rules]).alarms(text)]


def test_a_word_list_stands_in_the_patterns_after_it() -> None:
    words = [{"word": "child", "any": ["娃", "孩子"]}, {"word": "one", "any": ["<child>", "老人"]}]
    lost = {"about": "lost_child", "intent": "emergency", "says": ["<one>不见了"]}
    assert found("孩子不见了", *words, lost) == ["lost_child"]
    assert found("钥匙不见了", *words, lost) == []


def test_unless_looks_at_its_own_clause_only() -> None:
    rule = {**FIRE, "unless": ["电影"]}
    assert found("电影里着火了", rule) == []
    assert found("看完电影,家里着火了", rule) == ["fire"]


def test_a_mask_takes_a_name_out_of_sight_but_not_what_follows_it() -> None:
    mask = {"guard": "mask", "why": "地名", "says": ["着火村"]}
    assert found("着火村停水了", FIRE, mask) == []
    assert NeverMiss([FIRE, mask]).alarms("着火村着火了") == [Alarm("fire", "emergency", 3, 5)]


def test_before_must_run_up_to_the_finding() -> None:
    guard = {"guard": "before", "why": "否认", "says": ["没有"]}
    assert found("没有着火", FIRE, guard) == []
    assert found("没有人管,着火了", FIRE, guard) == ["fire"]


def test_told_looks_back_over_the_whole_message_and_not_ahead() -> None:
    guard = {"guard": "told", "why": "过去", "says": ["去年(?!.*又)"]}
    assert found("去年,这里着火", FIRE, guard) == []
    assert found("去年修过,又着火", FIRE, guard) == ["fire"]
    assert found("着火了,去年也有一回", FIRE, guard) == ["fire"]


def test_a_guard_is_lifted_by_unless_anywhere_and_by_here_beside_the_finding() -> None:
    guard = {"guard": "message", "why": "演练", "says": ["演练"], "unless": ["快来"], "here": ["真"]}
    assert found("演练,模拟着火", FIRE, guard) == []
    assert found("演练呢,着火了,快来", FIRE, guard) == ["fire"]
    assert found("演练呢,真着火了", FIRE, guard) == ["fire"]
    assert found("真是演练,着火了", FIRE, guard) == []


def test_a_guard_may_be_for_some_dangers_only() -> None:
    guard = {"guard": "clause", "why": "从前", "says": ["从前"]}
    assert found("从前着火", FIRE, {**guard, "only": ["gas"]}) == ["fire"]
    assert found("从前着火", FIRE, {**guard, "spares": ["fire"]}) == ["fire"]
    assert found("从前着火", FIRE, {**guard, "only": ["fire"]}) == []


def test_a_sure_rule_heeds_no_guard() -> None:
    guard = {"guard": "message", "why": "演练", "says": ["演练"]}
    assert found("演练着火", {**FIRE, "sure": True}, guard) == ["fire"]


def test_a_silenced_finding_does_not_hide_a_later_one() -> None:
    guard = {"guard": "before", "why": "否认", "says": ["没有"]}
    assert NeverMiss([FIRE, guard]).alarms("没有着火,现在着火了") == [Alarm("fire", "emergency", 7, 9)]


@pytest.mark.parametrize(
    "entry",
    [
        {"says": ["x"]},
        {"about": "fire", "intent": "report_issue", "says": ["x"]},
        {"about": "fire", "intent": "emergency", "says": []},
        {"about": "fire", "intent": "emergency", "says": ["<nobody>"]},
        {"guard": "somewhere", "why": "x", "says": ["x"]},
        {"guard": "clause", "why": "x", "says": []},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(entry: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        NeverMiss([entry])


def test_every_guard_says_why() -> None:
    assert all(entry.get("why") for entry in RULES if "guard" in entry)


# The respellings.
@pytest.mark.parametrize(
    ("name", "least"), [("typos.txt", 300), ("dialect.txt", 80), ("emoji.txt", 30), ("words.txt", 300)]
)
def test_a_lexicon_file_begins_with_a_comment_and_repeats_nothing(name: str, least: int) -> None:
    text = (LEXICON / name).read_text("utf-8")
    keys = [wrong for wrong, _ in columns(name)]
    assert text.startswith("#") and len(keys) == len(set(keys)) >= least


@pytest.mark.parametrize("name", ["typos.txt", "dialect.txt", "emoji.txt"])
def test_a_respelling_has_two_columns_and_survives_a_second_reading(name: str) -> None:
    for wrong, right in columns(name):
        once = normalise(wrong, RESPELLING).text
        assert right and " " not in right, wrong
        assert once == right and normalise(once, RESPELLING).text == once, wrong


def test_no_typo_is_in_the_regulation() -> None:
    regulation = "".join(path.read_text("utf-8") for path in (ROOT / "knowledge" / "regulation").rglob("*.txt"))
    assert regulation
    assert [wrong for wrong, right in columns("typos.txt") if wrong != right and wrong in regulation] == []


@pytest.mark.parametrize(
    "said",
    [
        "没得到补贴",
        "约莫要十天",
        "为啥子女不能继承",
        "物业非要证明",
        "天然气改造",
        "服务业企业",
        "停电提前通知",
        "顺流下水到渠成",
        "办公基金",
    ],
)
def test_a_right_word_is_left_alone(said: str) -> None:
    assert normalise(said, RESPELLING).text == said


def test_the_mask_is_no_character_that_people_write() -> None:
    assert MASK not in "".join(line for line, _ in lines("intents") + lines("categories"))
