"""Advice on each message from what was learned of the site's history, where the site has brought one."""

from __future__ import annotations

import logging
from pathlib import Path

from nlu.classifiers.embedding import Embedder
from nlu.classifiers.features import Sample
from nlu.dispatch.clues import Clues, Hints
from nlu.dispatch.model import UnitModel

logger = logging.getLogger(__name__)


class Adviser:
    """Names the units that handled the like of it. A model that is learned while it runs is taken up at once."""

    def __init__(self, path: Path | None) -> None:
        """`path`: where `linli train --dispatch-history` leaves the model; there may be none yet."""
        self._path = path
        self._made: float | None = None
        self._model: UnitModel | None = None

    def units(self, sample: Sample, hints: Hints, embedder: Embedder) -> list[tuple[str, float]]:
        """The three likeliest units with their probabilities, best first; none where nothing was learned."""
        self._look()
        return self._model.ranked(Clues.of([sample], [hints], embedder))[0] if self._model and sample.text else []

    def _look(self) -> None:
        made = self._path.stat().st_mtime if self._path and self._path.exists() else None
        if made == self._made:
            return
        self._made, self._model = made, None
        try:
            self._model = UnitModel.load(self._path) if self._path and made else None
        except Exception:  # advice is extra: a file of another version must not keep the resident from an answer
            logger.exception("%s can't be read; run `linli train --dispatch-history` again", self._path)
