"""Texts as the encoder's tokens: SentencePiece's unigram model, the likeliest way to cut a text into pieces."""

from __future__ import annotations

from knowledge.encoder.weights import Vocabulary

BEGIN, END = 0, 2
LONGEST = 512
_SPACE = "▁"
_UNLIKELY = 10.0
"""How much less likely an unknown character is than the least likely piece; SentencePiece's own."""


class Tokenizer:
    """Cuts texts."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._ids: dict[str, int] = {}
        for number, piece in enumerate(vocabulary.pieces):
            self._ids.setdefault(piece, number)
        self._scores, self._unknown, self._replaced = vocabulary.scores, vocabulary.unknown, vocabulary.replaced
        self._longest = max(map(len, vocabulary.pieces))
        self._penalty = min(vocabulary.scores) - _UNLIKELY

    def tokens(self, text: str) -> list[int]:
        """The tokens of a text, the marks of its beginning and end included; at most 512."""
        pieces = self._cut(self._spelt(text))
        return [BEGIN, *pieces[: LONGEST - 2], END]

    def _spelt(self, text: str) -> str:
        """Characters replaced, runs of blanks made one, blanks made visible."""
        words = text.translate(self._replaced)
        while "  " in words:
            words = words.replace("  ", " ")
        return ("" if words.startswith(" ") else _SPACE) + words.replace(" ", _SPACE)

    def _cut(self, text: str) -> list[int]:
        """Viterbi: the best way to each place in the text is the best over all pieces that end there."""
        best: list[tuple[float, int, int]] = [(0.0, 0, 0)] + [(float("-inf"), 0, 0)] * len(text)
        for start in range(len(text)):
            score = best[start][0]
            for end in range(start + 1, min(len(text), start + self._longest) + 1):
                piece = self._ids.get(text[start:end], self._unknown)
                if piece != self._unknown and score + self._scores[piece] > best[end][0]:
                    best[end] = (score + self._scores[piece], piece, start)
            if score + self._penalty > best[start + 1][0]:
                best[start + 1] = (score + self._penalty, self._unknown, start)
        pieces, end = [], len(text)
        while end:
            _, piece, end = best[end]
            pieces.append(piece)
        return pieces[::-1]
