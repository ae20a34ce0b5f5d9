"""Make the sentence vectors of all examples and keep them with the code: `python -m nlu.tuning.precompute`."""

from __future__ import annotations

from knowledge.encoder.precomputed import Precomputed
from knowledge.encoder.tuned import version
from nlu.classifiers.embedding import CACHE, E5
from nlu.classifiers.sentences import LONGEST
from nlu.tuning.lessons import lessons

if __name__ == "__main__":
    texts = sorted({str(lesson["text"])[:LONGEST] for lesson in lessons()})
    Precomputed(f"e5-{version()}").write(dict(zip(texts, E5(CACHE / "vectors.db")(texts))))
