"""Learn who handles what here: `python -m nlu.dispatch.learn --history FILE --model FILE --output FILE`.

First three quarters of the history in time are learned from and the last quarter is asked, which gives the numbers that
are printed; the model that is kept then learns from all of it.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

from tqdm import tqdm

from nlu.classifiers.embedding import E5, Embedder
from nlu.dispatch.choice import Lesson, cut_in_time, exam_from, lesson_from
from nlu.dispatch.clues import Clues, hints_of
from nlu.dispatch.history import BadHistory, Past, read_history
from nlu.dispatch.measure import Score, calibration_error, measure, plain_ranking
from nlu.dispatch.model import FOLDS, UnitModel
from nlu.reading import Reader

FEWEST = 200
BATCH = 256


def learn(history: Path, reader: Reader, embedder: Embedder, output: Path) -> None:
    """Measure on the last quarter, print how well it went, then learn from everything and keep that."""
    cut, asked_count = cut_in_time(_told(history, "读文件"))
    lesson = lesson_from(t for t in read_history(history) if t.at < cut)
    _enough(lesson)
    asked = exam_from((t for t in read_history(history) if t.at >= cut), asked_count)
    model = _fitted(lesson, reader, embedder, "前四分之三")
    rankings = model.ranked(clues_of([t.text for t in asked], reader, embedder, "后四分之一"))
    print(report(lesson, asked, rankings), flush=True)
    _fitted(lesson_from(read_history(history)), reader, embedder, "全部").save(output)
    print(f"已经学会，存在 {output}；正在运行的服务会自己换上")


def _told(history: Path, what: str) -> Iterator[tuple[int, ...]]:
    return (ticket.at for ticket in tqdm(read_history(history), desc=what, unit="行", file=sys.stderr))


def _enough(lesson: Lesson) -> None:
    if len(lesson.tickets) < FEWEST or len(lesson.counts) < 2:
        raise BadHistory(
            f"派单记录太少：前四分之三至少要有 {FEWEST} 条、两个单位，现在是 {len(lesson.tickets)} 条、{len(lesson.counts)} 个"
        )


def _fitted(lesson: Lesson, reader: Reader, embedder: Embedder, what: str) -> UnitModel:
    lesson = lesson.at_work()
    clues = clues_of([t.text for t in lesson.tickets], reader, embedder, what)
    with tqdm(total=FOLDS + 1, desc=f"{what}：学习", unit="步", file=sys.stderr) as bar:
        return UnitModel().fit(lesson, clues, embedder, lambda done: _advance(bar, done))


def _advance(bar: tqdm[None], done: str) -> None:
    bar.set_postfix_str(done)
    bar.update()


def clues_of(texts: Sequence[str], reader: Reader, embedder: Embedder, what: str) -> Clues:
    """What there is to go by in each text: sentence vectors are where the time goes."""
    starts = range(0, len(texts), BATCH)
    lots = (texts[start : start + BATCH] for start in tqdm(starts, desc=f"{what}：理解", unit="批", file=sys.stderr))
    return Clues.joined([_clues(lot, reader, embedder) for lot in lots])


def _clues(texts: Sequence[str], reader: Reader, embedder: Embedder) -> Clues:
    readings = reader.read(texts)
    return Clues.of(
        [r.sample for r in readings], [hints_of(r.intents, r.verdict.categories) for r in readings], embedder
    )


def report(lesson: Lesson, asked: Sequence[Past], rankings: Sequence[Sequence[tuple[str, float]]]) -> str:
    """The numbers as a table, with the plain classifier's beside them."""
    ours = measure(asked, [[unit for unit, _ in ranking] for ranking in rankings], lesson.counts)
    plain = measure(asked, plain_ranking(lesson.tickets, asked), lesson.counts)
    lines = [
        f"学了 {len(lesson.tickets)} 条、{len(lesson.counts)} 个单位，用后来的 {len(asked)} 条检验：",
        f"{'':<18}{'第一对':>7}{'前三有':>7}   只用字 n 元：{'第一对':>5}{'前三有':>7}{'条数':>6}",
        *(_line(name, score, plain[name]) for name, score in ours.items()),
        f"给出的把握与实际相差 {calibration_error(asked, rankings):.3f}",
    ]
    if lesson.retired:
        lines.append(f"早就不再派单、学的时候不算的单位：{'、'.join(sorted(lesson.retired))}")
    return "\n".join(lines)


def _line(name: str, ours: Score, plain: Score) -> str:
    numbers = (
        f"{ours.first:>10.3f}{ours.among_three:>10.3f}{plain.first:>22.3f}{plain.among_three:>10.3f}{ours.count:>8}"
    )
    return f"{name:　<10}{numbers}"


def main() -> None:
    """Learn from one file; an error is one sentence."""
    parser = argparse.ArgumentParser(description="用本地的派单记录学会谁办什么")
    parser.add_argument("--history", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    cache = os.environ.get("LINLI_VECTOR_CACHE")
    embedder = E5(Path(cache) if cache else None)
    try:
        learn(arguments.history, Reader.open(arguments.model, embedder), embedder, arguments.output)
    except BadHistory as bad:
        sys.exit(str(bad))
    except FileNotFoundError as missing:
        sys.exit(f"找不到文件 {missing.filename}，请核对路径")


if __name__ == "__main__":
    main()
