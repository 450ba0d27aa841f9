"""The BERT encoder of a sentence transformer, read from its ONNX file."""

import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy
import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn import functional

from dropout import Dropout
from rows import PackedRows, PaddedRows


@dataclass(frozen=True)
class Shape:
    """Of an encoder's layers."""

    width: int
    heads: int
    inner: int
    epsilon: float


SHAPE = Shape(width=384, heads=12, inner=1536, epsilon=1e-12)
WIDTH, LAYERS, POSITIONS, VOCABULARY = SHAPE.width, 6, 512, 30_522
# Where a sentence transformer's folder keeps it.
GRAPH = "onnx/model.onnx"
# Added to the score of a padded position; finite, so that a row of padding alone stays finite.
MASKED = -1e9


class Layer(nn.Module):
    def __init__(self, dropout: float, shape: Shape = SHAPE):
        super().__init__()
        width = shape.width
        self.heads, self.depth = shape.heads, width // shape.heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.attn_out = nn.Linear(width, width)
        self.attn_norm = nn.LayerNorm(width, eps=shape.epsilon)
        self.up = nn.Linear(width, shape.inner)
        self.down = nn.Linear(shape.inner, width)
        self.norm = nn.LayerNorm(width, eps=shape.epsilon)
        self.dropout = Dropout(dropout)

    def forward(self, hidden, bias, rows):
        """`bias`: what is added to each score of attention, of any shape that extends to [batch, heads, sequence, sequence]."""
        hidden = self.attn_norm(hidden + self.dropout(self.attn_out(self.attention(hidden, bias, rows))))
        return self.norm(hidden + self.dropout(self.down(functional.gelu(self.up(hidden)))))

    def attention(self, hidden, bias, rows):
        query, key, value = (self.by_head(rows.padded(part(hidden))) for part in (self.query, self.key, self.value))
        scores = (query / math.sqrt(self.depth)) @ key.transpose(-1, -2) + bias
        mixed = functional.softmax(scores, dim=-1) @ value
        return rows.packed(mixed.transpose(1, 2).flatten(2))

    def by_head(self, hidden):
        """[batch, sequence, width] as [batch, heads, sequence, width of a head]."""
        return hidden.unflatten(-1, (self.heads, self.depth)).transpose(1, 2)


def unread(attention_mask, kind):
    """What is added to the scores of a padded position."""
    return (1.0 - attention_mask[:, None, None, :].to(kind)) * MASKED


class Encoder(nn.Module):
    def __init__(self, layers: int = LAYERS, token_types: int = 2, dropout: float = 0.1):
        super().__init__()
        self.word = nn.Embedding(VOCABULARY, WIDTH)
        self.pos = nn.Embedding(POSITIONS, WIDTH)
        self.seg = nn.Embedding(token_types, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=SHAPE.epsilon)
        self.dropout = Dropout(dropout)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(layers))

    def forward(self, ids, attention_mask, token_types):
        return self.states(ids, attention_mask, token_types)[-1]

    def states(self, ids, attention_mask, token_types):
        """The hidden state below the first layer, and after each."""
        places = torch.arange(ids.shape[1], device=ids.device)
        hidden = self.word(ids) + self.pos(places) + self.seg(token_types)
        hidden = self.dropout(self.norm(hidden))
        bias = unread(attention_mask, hidden.dtype)
        rows = PaddedRows() if torch.onnx.is_in_onnx_export() else PackedRows(attention_mask)
        states = [rows.packed(hidden)]
        for layer in self.layers:
            states.append(layer(states[-1], bias, rows))
        return [rows.padded(state) for state in states]

    def load(self, graph: Path, layers: list[int]) -> None:
        """Takes the weights of an ONNX graph, of its layers those given, in that order."""
        weights = OnnxWeights(graph)
        state = {name: weights.find(theirs(name, layers)) for name in self.state_dict()}
        # Every class starts as the one that the encoder was trained with.
        state["seg.weight"] = state["seg.weight"][:1].repeat(self.seg.num_embeddings, 1)
        self.load_state_dict(state)


def theirs(name: str, layers: list[int]) -> str:
    """The name of a weight in the graph that layer n was taken from as `layers[n]`."""
    return re.sub(r"^layers\.(\d+)", lambda place: f"layers.{layers[int(place[1])]}", name)


class OnnxWeights:
    """Weights of a PyTorch module in its ONNX export: under their own name, or, matrices of products, at the node `/<path>/MatMul`."""

    def __init__(self, path: Path):
        graph = onnx.load(path).graph
        self.tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
        self.products = {node.name: node.input[1] for node in graph.node if node.op_type == "MatMul"}

    def find(self, name: str) -> torch.Tensor:
        if name in self.tensors:
            return torch.from_numpy(numpy.array(self.tensors[name]))
        path = re.sub(r"(layers?)/(\d+)", r"\1.\2", name.removesuffix(".weight").replace(".", "/"))
        return torch.from_numpy(numpy.array(self.tensors[self.products[f"/{path}/MatMul"]].T))
