"""Tune the encoder: `python -m nlu.tuning.tune LESSONS`, writes knowledge/encoder/tuned.npz. PyTorch; half an hour on two cores.

It goes on from the last tuning, which takes fewer rounds than beginning with the encoder as its makers left it. One head a
task on the sentence vector, all learnt at once; what stays is the encoder, the heads are thrown away.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from knowledge.encoder.tokens import Tokenizer
from knowledge.encoder.tuned import keep, kept
from knowledge.encoder.weights import Weights, original
from nlu.classifiers.share import held_back
from nlu.tuning.network import Encoder

TASKS = {"intent": 1.0, "category": 1.0, "kind": 0.7, "asked": 0.7, "danger": 2.0}
"""How much each task counts."""
BALANCE = 0.5
"""Of the intents: 0 takes them as often as they come, 1 as equals. People write "谢谢" as readily as a complaint."""
LONGEST = 128
BATCH, EPOCHS = 64, 2
FACTORS, VECTORS, HEADS = 1.5e-3, 4e-4, 1e-2
"""Highest learning rates."""
WARMING = 60
SPREAD = 16.0
"""Sentence vectors lie close together; around their centre and spread out, the heads learn from them quickly."""
SMOOTHING, DROPPED = 0.05, 0.1
Row = dict[str, Any]


class Pupil(nn.Module):
    """The encoder, and a head for each task."""

    def __init__(self, weights: Weights, labels: Mapping[str, Sequence[str]], counts: Sequence[int]) -> None:
        """`labels`: the names that each task tells apart. `counts`: how many examples each intent has."""
        super().__init__()
        often = torch.tensor(counts, dtype=torch.float32)
        self.register_buffer("importance", (often / often.mean()) ** -BALANCE)
        self.encoder = Encoder(weights)
        self.heads = nn.ModuleDict({task: nn.Linear(weights.width, len(names)) for task, names in labels.items()})
        self.register_buffer("centre", torch.zeros(weights.width))

    def settle(self, rows: Sequence[Row]) -> None:
        """Find where the vectors of these rows lie."""
        self.centre = self._vectors(rows).mean(dim=0)

    def told(self, rows: Sequence[Row]) -> dict[str, Tensor]:
        """What each head says of each row: [rows, labels of the task]."""
        around = (self.encoder([row["tokens"] for row in rows]) - self.centre) * SPREAD
        return {task: head(functional.dropout(around, DROPPED, self.training)) for task, head in self.heads.items()}

    def loss(self, rows: Sequence[Row]) -> Tensor:
        """Cross-entropy over all tasks; what is not known of a row is left out (-100)."""
        total = torch.zeros(())
        for task, scores in self.told(rows).items():
            truth = torch.tensor([row["labels"][task] for row in rows])
            known = truth >= 0
            if known.any():
                weight = self.importance if task == "intent" else None
                part = functional.cross_entropy(scores[known], truth[known], weight, label_smoothing=SMOOTHING)
                total = total + TASKS[task] * known.float().mean() * part
        return total

    @torch.no_grad()
    def _vectors(self, rows: Sequence[Row]) -> Tensor:
        self.eval()
        lots = (rows[i : i + BATCH] for i in range(0, len(rows), BATCH))
        return torch.cat([self.encoder([row["tokens"] for row in lot]) for lot in lots])

    @torch.no_grad()
    def right(self, rows: Sequence[Row]) -> dict[str, float]:
        """The part of the rows that each head gets right."""
        self.eval()
        hits: dict[str, list[bool]] = {task: [] for task in self.heads}
        for start in range(0, len(rows), BATCH):
            lot = rows[start : start + BATCH]
            for task, scores in self.told(lot).items():
                best = scores.argmax(dim=1).tolist()
                hits[task] += [b == row["labels"][task] for b, row in zip(best, lot) if row["labels"][task] >= 0]
        return {task: round(sum(each) / max(1, len(each)), 4) for task, each in hits.items()}


def read_rows(path: Path, tokenizer: Tokenizer) -> tuple[list[Row], dict[str, list[str]]]:
    """The lessons with their tokens and labels as numbers, and the labels' names."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    names = {task: sorted({row[task] for row in rows if row[task]}) for task in TASKS}
    numbers = {task: {name: i for i, name in enumerate(each)} for task, each in names.items()}
    for row in rows:
        row["tokens"] = tokenizer.tokens("query: " + row["text"])[:LONGEST]
        row["labels"] = {task: numbers[task].get(row[task], -100) for task in TASKS}
    return rows, names


def batches(rows: Sequence[Row], chance: random.Random) -> Iterator[list[Row]]:
    """All rows once, in batches of about one length: padding is work for nothing."""
    mixed = random.Random(chance.random()).sample(list(rows), len(rows))
    lots = [sorted(mixed[i : i + BATCH * 24], key=lambda r: len(r["tokens"])) for i in range(0, len(mixed), BATCH * 24)]
    cut = [lot[i : i + BATCH] for lot in lots for i in range(0, len(lot), BATCH)]
    chance.shuffle(cut)
    yield from cut


def learn(pupil: Pupil, rows: Sequence[Row], epochs: int) -> Iterator[float]:
    """Learn; yields the mean loss after each epoch. The rates rise quickly and fall along a cosine."""
    groups, rates = _groups(pupil)
    optimiser = torch.optim.AdamW(groups, weight_decay=0.0)
    steps, step, chance = epochs * math.ceil(len(rows) / BATCH), 0, random.Random(1)
    for _ in range(epochs):
        losses = []
        pupil.train()
        for batch in tqdm(list(batches(rows, chance)), unit="批", leave=False):
            for group, rate in zip(optimiser.param_groups, rates):
                group["lr"] = rate * _pace(step, steps)
            optimiser.zero_grad()
            loss = pupil.loss(batch)
            loss.backward()
            nn.utils.clip_grad_norm_(pupil.encoder.parameters(), 1.0)
            optimiser.step()
            step += 1
            losses.append(loss.item())
        yield float(np.mean(losses))


def _groups(pupil: Pupil) -> tuple[list[dict[str, Any]], tuple[float, ...]]:
    named = list(pupil.encoder.named_parameters())
    factors = [parameter for name, parameter in named if name.endswith("factors")]
    vectors = [parameter for name, parameter in named if not name.endswith("factors")]
    return [{"params": factors}, {"params": vectors}, {"params": list(pupil.heads.parameters())}], (
        FACTORS,
        VECTORS,
        HEADS,
    )


def _pace(step: int, steps: int) -> float:
    return min(1.0, (step + 1) / WARMING) * (0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps))))


def main() -> None:
    """Tune, say after each epoch how well the examples that were left out are told apart, and keep what was learnt."""
    parser = argparse.ArgumentParser(description="用自己的例句调句向量模型")
    parser.add_argument("lessons", type=Path)
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="例句看几遍（从头调要五遍）")
    parser.add_argument("--anew", action="store_true", help="不接着上一次，从原样开始")
    arguments = parser.parse_args()
    torch.manual_seed(1)
    weights = Weights(original())
    rows, names = read_rows(arguments.lessons, Tokenizer(weights.vocabulary))
    seen, left_out = [r for r in rows if not held_back(r["text"])], [r for r in rows if held_back(r["text"])]
    often = Counter(row["intent"] for row in seen)
    pupil = Pupil(weights, names, [often[name] for name in names["intent"]])
    if not arguments.anew:
        pupil.encoder.resume(*kept(weights))
    pupil.settle(seen[::40])
    for epoch, loss in enumerate(learn(pupil, seen, arguments.epochs), 1):
        print(f"第 {epoch} 遍：损失 {loss:.3f}，留出的例句 {pupil.right(left_out)}", flush=True)
        keep(weights, pupil.encoder.factors(), pupil.encoder.vectors())


if __name__ == "__main__":
    main()
