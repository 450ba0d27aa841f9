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
    """Parameter groups for the optimizer: the lower a layer, the slower (`decay` a layer); the heads have their own rate."""
    encoder = model.encoder
    layers = list(encoder.layers)
    grouped = [(list(layer.parameters()), rate * decay ** (len(layers) - 1 - place)) for place, layer in enumerate(layers)]
    lowest = rate * decay ** len(layers)
    grouped.append(([*encoder.pos.parameters(), *encoder.norm.parameters()], lowest))
    grouped.append((list(encoder.seg.parameters()), head_rate))
    grouped.append((list(model.heads.parameters()), head_rate))
    return [{"params": parameters, "lr": learning} for parameters, learning in grouped]


def padded(rows: list[list[int]], padding: int) -> torch.Tensor:
    longest = max(map(len, rows))
    return torch.tensor([[*row, *[padding] * (longest - len(row))] for row in rows])
