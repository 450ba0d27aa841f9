"""One encoder, two readings: a tag for each word's first token, an opinion at [CLS]. One linear layer holds both heads' columns."""

import torch
from torch import nn

from dropout import Dropout
from encoder import WIDTH, Encoder
from letter_case import CLASSES
from texts import LABELS

OPINIONS = ["negative", "positive"]
TAGS = len(LABELS)


class NlpModel(nn.Module):
    def __init__(self, dropout: float):
        super().__init__()
        self.encoder = Encoder(token_types=CLASSES, dropout=dropout)
        # Words that the training never shows keep their place among those that it shows.
        self.encoder.word.requires_grad_(False)
        self.dropout = Dropout(dropout)
        self.heads = nn.Linear(WIDTH, TAGS + len(OPINIONS))

    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.heads(self.dropout(self.encoder(input_ids, attention_mask, token_type_ids)))


def groups(model: NlpModel, rate: float, decay: float, head_rate: float):
    """Parameter groups for the optimizer; what is new has its own rate."""
    encoder = model.encoder
    new = [*encoder.seg.parameters(), *model.heads.parameters()]
    return [*by_depth(encoder, [encoder.pos, encoder.norm], rate, decay), {"params": new, "lr": head_rate}]


def by_depth(encoder: Encoder, lowest: list[nn.Module], rate: float, decay: float):
    """Parameter groups of an encoder: the lower a layer, the slower (`decay` a layer), and slower still what is `lowest`."""
    rates = {len(encoder.layers) - 1 - place: list(layer.parameters()) for place, layer in enumerate(encoder.layers)}
    rates[len(encoder.layers)] = [one for module in lowest for one in module.parameters()]
    return [{"params": parameters, "lr": rate * decay**depth} for depth, parameters in rates.items()]


def padded(rows: list[list[int]], padding: int) -> torch.Tensor:
    longest = max(map(len, rows))
    return torch.tensor([[*row, *[padding] * (longest - len(row))] for row in rows])
