"""The encoder as a PyTorch network of which only the scales of its blocks, its biases and its norms can learn.

Scales and biases are 3 % of the weights: enough to learn from thirty thousand sentences (PEQA, Kim et al. 2023; BitFit,
Ben Zaken et al. 2022), too few to forget what the encoder knew, and the codes of 4 bits need no second rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from knowledge.encoder.weights import Array, Weights

HALF = torch.bfloat16
DROPPED = 0.05


class Blocks(nn.Module):
    """A layer's matrix in blocks: the codes are fixed, a factor on each block's scale is learnt."""

    def __init__(self, weights: Weights, name: str, rows: int) -> None:
        super().__init__()
        self.name, self._shape = name, (rows, weights.tensors[name + ".w"].count // rows)
        self.register_buffer("codes", torch.from_numpy(weights.codes(name + ".w")).to(HALF))
        self.register_buffer("scales", torch.from_numpy(weights.scales(name + ".w"))[:, None])
        self.factors = nn.Parameter(torch.ones_like(self.scales))
        self.bias = nn.Parameter(torch.from_numpy(weights.plain(name + ".b").copy()))

    def forward(self, x: Tensor) -> Tensor:
        """[…, columns] → […, rows]."""
        matrix = (self.codes * (self.scales * self.factors).to(HALF)).view(self._shape)
        return functional.linear(x.to(HALF), matrix, self.bias.to(HALF))


class Norm(nn.Module):
    """Layer normalisation."""

    def __init__(self, weights: Weights, name: str) -> None:
        super().__init__()
        self.name = name
        self.gain = nn.Parameter(torch.from_numpy(weights.plain(name + ".w").copy()))
        self.bias = nn.Parameter(torch.from_numpy(weights.plain(name + ".b").copy()))

    def forward(self, x: Tensor) -> Tensor:
        """[…, width] → the same."""
        return functional.layer_norm(x.float(), self.gain.shape, self.gain, self.bias, 1e-12)


class Layer(nn.Module):
    """Attention, then widening, each with its shortcut."""

    def __init__(self, weights: Weights, name: str) -> None:
        super().__init__()
        width = weights.width
        self.heads = weights.heads
        self.asking, self.offering, self.telling = (Blocks(weights, name + part, width) for part in "qkv")
        self.gather, self.after_attention = Blocks(weights, name + "ao", width), Norm(weights, name + "aln")
        self.widen, self.narrow = Blocks(weights, name + "fi", weights.inner), Blocks(weights, name + "fo", width)
        self.after_widening = Norm(weights, name + "oln")

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """[texts, tokens, width]; `mask` [texts, 1, 1, tokens]: the tokens that are there."""
        parts = (
            part(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for part in (self.asking, self.offering, self.telling)
        )
        with sdpa_kernel(SDPBackend.MATH):  # the flash kernel's way back takes a third of all time on a processor
            told = functional.scaled_dot_product_attention(*parts, attn_mask=mask).transpose(1, 2).flatten(2)
        x = self.after_attention(x + self._dropped(self.gather(told)))
        return self.after_widening(x + self._dropped(self.narrow(functional.gelu(self.widen(x)))))

    def _dropped(self, x: Tensor) -> Tensor:
        return functional.dropout(x, DROPPED, self.training)


class Encoder(nn.Module):
    """Tokens → unit vectors."""

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        width = weights.width
        self._codes = torch.from_numpy(weights.codes("emb.word")).view(-1, width // 32, 32)
        self._scales = torch.from_numpy(weights.scales("emb.word")).view(-1, width // 32, 1)
        places = weights.plain("emb.pos").reshape(-1, width) + weights.plain("emb.type")[:width]
        self._places = torch.from_numpy(places)
        self.begin = Norm(weights, "emb.ln")
        self.layers = nn.ModuleList(Layer(weights, f"l{number}.") for number in range(weights.depth))

    def forward(self, texts: Sequence[Sequence[int]]) -> Tensor:
        """Texts as tokens → [texts, width]."""
        lengths = torch.tensor([len(text) for text in texts])
        longest = int(lengths.max())
        tokens = torch.tensor([[*text, *[1] * (longest - len(text))] for text in texts])
        there = torch.arange(longest)[None] < lengths[:, None]
        x = self.begin((self._codes[tokens].float() * self._scales[tokens]).flatten(2) + self._places[:longest])
        for layer in self.layers:
            x = layer(x, there[:, None, None, :])
        return functional.normalize((x * there[..., None]).sum(dim=1) / lengths[:, None], dim=1)

    def resume(self, factors: Mapping[str, Array], vectors: Mapping[str, Array]) -> None:
        """Go on from what was learnt before: as `factors` and `vectors` told it."""
        with torch.no_grad():
            for module in self.modules():
                if isinstance(module, Blocks):
                    module.factors.copy_(torch.from_numpy(factors[module.name + ".w"])[:, None])
                if isinstance(module, Norm):
                    module.gain.copy_(torch.from_numpy(vectors[module.name + ".w"]))
                if isinstance(module, (Blocks, Norm)):
                    module.bias.copy_(torch.from_numpy(vectors[module.name + ".b"]))

    def factors(self) -> dict[str, Array]:
        """What is learnt of the scales, by matrix."""
        return {m.name + ".w": _array(m.factors)[:, 0] for m in self.modules() if isinstance(m, Blocks)}

    def vectors(self) -> dict[str, Array]:
        """Biases and norms as they are now."""
        biases = {m.name + ".b": _array(m.bias) for m in self.modules() if isinstance(m, (Blocks, Norm))}
        return biases | {m.name + ".w": _array(m.gain) for m in self.modules() if isinstance(m, Norm)}


def _array(parameter: nn.Parameter) -> Array:
    array: Array = parameter.detach().numpy()
    return array
