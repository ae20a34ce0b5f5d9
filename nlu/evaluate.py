"""Measure a trained model on text that it has never seen, and write its model card.

`python -m nlu.evaluate --model FILE --output FOLDER [--data FOLDER]`. The held-out sets ship with the project; a folder
with real text (haikou_dev.jsonl, letters_dev.jsonl, addresses_dev.jsonl, out_of_scope_dev.txt) is measured too where one is given.
"""

from __future__ import annotations

import argparse
import json
import sys
import tarfile
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu.evaluate_addresses import address_hits, grid_hits
from nlu.reading import Reader, Reading
from nlu.train import ROOT

HELD_OUT = ROOT / "tests" / "heldout"
CHITCHAT = frozenset(
    [
        "out_of_scope",
        "greet",
        "goodbye",
        "thank",
        "abuse",
        "affirm",
        "deny",
        "cancel",
        "ask_bot",
        "inform",
        "talk_to_human",
    ]
)
"""Intents that start no community business."""
BROAD = {  # the seven broad labels of the letters → our categories, of some only the kinds that belong there
    "城乡建设": "livelihood/public_rental_housing housing land_planning property municipal_works urban_management city_appearance greening water public_utilities work_safety fire_safety disaster_relief environment",
    "环境保护": "environment water city_appearance",
    "交通运输": "transport municipal_works public_utilities/postal_express_delivery",
    "教育文体": "education sports culture_market science",
    "劳动和社会保障": "human_resources labor_inspection livelihood elderly disability",
    "商贸旅游": "commerce quality food_safety culture_market public_utilities convenience property",
    "卫生计生": "health family_planning food_safety",
}


@dataclass(frozen=True)
class Score:
    """One number with what it was counted over."""

    name: str
    value: float
    count: int


def load_reader(archive: Path) -> Reader:
    """The reader of a trained model's archive."""
    with tempfile.TemporaryDirectory() as folder, tarfile.open(archive) as tar:
        tar.extractall(folder, [m for m in tar.getmembers() if m.name.endswith((".joblib", "lexicon.json"))])
        return Reader.load(Path(folder))


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a .jsonl file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def share(name: str, hits: Iterable[bool]) -> Score:
    """How many of the hits are hits."""
    hits = list(hits)
    return Score(name, sum(hits) / max(1, len(hits)), len(hits))


def measure_understanding(reader: Reader, rows: Sequence[dict[str, Any]]) -> tuple[list[Score], list[Reading]]:
    """Intent and category on chat lines: {"text", "intent", "category", "also"}."""
    readings = reader.read([row["text"] for row in rows])
    placed = [(row, r) for row, r in zip(rows, readings) if row["category"]]
    scores = [
        share("intent", (r.intent == row["intent"] for row, r in zip(rows, readings))),
        *_accepted("category", placed),
        Score("intent_calibration_error", calibration_error(rows, readings), len(rows)),
    ]
    return scores, readings


def _accepted(name: str, pairs: Sequence[tuple[dict[str, Any], Reading]]) -> list[Score]:
    """Whether the best, and one of the best three categories is right or would be accepted too."""
    good = [({row["category"], *row["also"]}, [c for c, _ in r.verdict.categories]) for row, r in pairs]
    return [
        share(name, (top[0] in ok for ok, top in good)),
        share(f"{name}_top3", (bool(ok & set(top)) for ok, top in good)),
    ]


def calibration_error(rows: Sequence[dict[str, Any]], readings: Sequence[Reading], bins: int = 10) -> float:
    """Expected calibration error of the intents: how far confidence and being right lie apart, weighted by bin."""
    binned = defaultdict(list)
    for row, reading in zip(rows, readings):
        score = reading.intents[0][1]
        binned[min(int(score * bins), bins - 1)].append((score, reading.intent == row["intent"]))
    gaps = (abs(sum(s for s, _ in b) - sum(ok for _, ok in b)) for b in binned.values())
    return sum(gaps) / max(1, len(rows))


def measure_urgency(reader: Reader, rows: Sequence[dict[str, Any]]) -> list[Score]:
    """Urgent messages found, and false alarms on hard negatives."""
    readings = reader.read([row["text"] for row in rows])
    return [
        share("urgent_recall", (r.urgent for row, r in zip(rows, readings) if row["urgent"])),
        share("urgent_false_alarms", (r.urgent for row, r in zip(rows, readings) if not row["urgent"])),
    ]


def measure_real_text(reader: Reader, data: Path) -> list[Score]:
    """Real text that the model was not trained on, where it is there."""
    scores: list[Score] = []
    if (path := data / "haikou_dev.jsonl").exists():
        rows = read_lines(path)
        scores += _accepted("hotline_tickets", list(zip(rows, reader.read([row["text"] for row in rows]))))
    if (path := data / "letters_dev.jsonl").exists():
        rows = read_lines(path)
        readings = reader.read([row["text"] for row in rows])
        scores.append(
            share("letters_broad_label", (_belongs(r, BROAD[row["label"]].split()) for r, row in zip(readings, rows)))
        )
    if (path := data / "addresses_dev.jsonl").exists():
        scores += [share(name, hits) for name, hits in address_hits(read_lines(path), reader.entities).items()]
    if (path := data / "out_of_scope_dev.txt").exists():
        lines = [line for line in path.read_text("utf-8").splitlines() if line.strip()]
        scores.append(share("out_of_scope_taken_for_business", (r.intent not in CHITCHAT for r in reader.read(lines))))
    return scores


def _belongs(reading: Reading, allowed: Sequence[str]) -> bool:
    """Whether the likeliest category, or its kind, is among those that a broad label stands for."""
    category = reading.verdict.categories[0][0]
    return category in allowed or f"{category}/{reading.verdict.kind}" in allowed


def measure_speed(reader: Reader, texts: Sequence[str]) -> list[Score]:
    """Milliseconds a message, one at a time."""
    taken = []
    for text in texts:
        begun = time.perf_counter()
        reader.read([text])
        taken.append((time.perf_counter() - begun) * 1000)
    taken.sort()
    return [
        Score("p50_ms", taken[len(taken) // 2], len(taken)),
        Score("p95_ms", taken[int(len(taken) * 0.95)], len(taken)),
    ]


def by_label(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, float, float, int]]:
    """(label, precision, recall, how many) of (truth, predicted) pairs."""
    pairs = list(pairs)
    truth, said, right = (
        Counter(t for t, _ in pairs),
        Counter(p for _, p in pairs),
        Counter(t for t, p in pairs if t == p),
    )
    return [(label, right[label] / max(1, said[label]), right[label] / n, n) for label, n in sorted(truth.items())]


def write_card(
    folder: Path, model: str, scores: Sequence[Score], rows: Sequence[dict[str, Any]], readings: Sequence[Reading]
) -> None:
    """The model card: numbers, per intent and per category, the commonest confusions, and a chart."""
    folder.mkdir(parents=True, exist_ok=True)
    intents = [(row["intent"], r.intent) for row, r in zip(rows, readings)]
    categories = [(row["category"], r.verdict.categories[0][0]) for row, r in zip(rows, readings) if row["category"]]
    (folder / "scores.json").write_text(json.dumps({s.name: [s.value, s.count] for s in scores}, indent=2), "utf-8")
    lines = [
        f"# 模型卡 {model}",
        "",
        "| 指标 | 值 | 条数 |",
        "|---|---|---|",
        *(f"| {s.name} | {s.value:.3f} | {s.count} |" for s in scores),
    ]
    for title, pairs in (("意图", intents), ("类别", categories)):
        lines += ["", f"## {title}", "", "| | 精确率 | 召回率 | 条数 |", "|---|---|---|---|"]
        lines += [f"| {label} | {p:.2f} | {r:.2f} | {n} |" for label, p, r, n in by_label(pairs)]
        mixed = Counter(pair for pair in pairs if pair[0] != pair[1]).most_common(12)
        lines += ["", "最常混淆：" + "；".join(f"{t}→{p} ×{n}" for (t, p), n in mixed)]
    (folder / "model_card.md").write_text("\n".join(lines) + "\n", "utf-8")
    draw(folder / "model_card.png", intents, categories)


def draw(path: Path, intents: Sequence[tuple[str, str]], categories: Sequence[tuple[str, str]]) -> None:
    """Recall of each intent and each category as bars."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2, figsize=(14, 11))
    for axis, title, pairs in zip(axes, ("intent recall", "category recall"), (intents, categories)):
        rows = by_label(pairs)
        axis.barh(
            [r[0] for r in rows], [r[2] for r in rows], color=["#2f6f5e" if r[2] >= 0.8 else "#c4683f" for r in rows]
        )
        axis.set_title(title)
        axis.set_xlim(0, 1)
        axis.invert_yaxis()
    figure.tight_layout()
    figure.savefig(path, dpi=90)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description="测量理解模型")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--data", type=Path)
    arguments = parser.parse_args()
    reader = load_reader(arguments.model)
    rows = read_lines(HELD_OUT / "understanding.jsonl")
    scores, readings = measure_understanding(reader, rows)
    scores += measure_urgency(reader, read_lines(HELD_OUT / "urgency.jsonl"))
    scores.append(share("网格", grid_hits(reader.entities)))
    if arguments.data:
        scores += measure_real_text(reader, arguments.data)
    else:
        print("没有给出真实文本的文件夹（--data），只测留出集", file=sys.stderr)
    scores += measure_speed(reader, [row["text"] for row in rows])
    write_card(arguments.output, arguments.model.name.removesuffix(".tar.gz"), scores, rows, readings)
    for score in scores:
        print(f"{score.name:<34}{score.value:8.3f}   （{score.count} 条）")


if __name__ == "__main__":
    main()
