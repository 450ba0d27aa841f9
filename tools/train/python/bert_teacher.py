"""A larger encoder that tells how positive a text is. It teaches cortex-nlp-en, and is not served."""

from pathlib import Path

import torch
from torch import nn

from batches import by_length
from dropout import Dropout
from encoder import WIDTH, Encoder, in_bert
from nlp_model import OPINIONS, padded
from texts import Opinion
from tokens import Reader, Row

LAYERS = 12
BATCH = 64


class BertTeacher(nn.Module):
    def __init__(self, dropout: float):
        super().__init__()
        self.encoder = Encoder(layers=LAYERS, dropout=dropout)
        self.encoder.word.requires_grad_(False)
        self.dropout = Dropout(dropout)
        self.head = nn.Linear(WIDTH, len(OPINIONS))

    def load(self, graph: Path) -> None:
        """Takes the encoder of an ONNX export of BERT."""
        self.encoder.load(graph, list(range(LAYERS)), in_bert)

    def forward(self, rows: list[Row]) -> torch.Tensor:
        """Logits of each row's sides."""
        ids = padded([row.ids for row in rows], 0)
        mask = padded([[1] * len(row.ids) for row in rows], 0)
        return self.head(self.dropout(self.encoder(ids, mask, torch.zeros_like(ids))[:, 0])).float()


# Of what it has learned it is too sure: fitted on the validation split.
TEMPERATURE = 1.75


@torch.no_grad()
def shares(teacher: BertTeacher, reader: Reader, texts: list[str]) -> list[float]:
    """How positive it finds each text, 0 to 1."""
    rows = reader.rows(texts)
    found = [0.0] * len(rows)
    for batch in by_length(list(enumerate(rows)), BATCH, lambda one: len(one[1].ids)):
        sides = (teacher([row for _, row in batch]) / TEMPERATURE).softmax(-1)
        for (place, _), side in zip(batch, sides.tolist()):
            found[place] = side[1]
    return found


def accuracy(teacher: BertTeacher, reader: Reader, opinions: list[Opinion]) -> float:
    found = shares(teacher, reader, [one.text for one in opinions])
    return round(sum((share > 0.5) == one.positive for share, one in zip(found, opinions)) / len(opinions), 4)
