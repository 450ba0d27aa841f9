"""The BERT encoder of a sentence transformer, read from its ONNX file."""

import math
import re
from collections.abc import Callable
from pathlib import Path

import numpy
import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn import functional

from dropout import Dropout
from rows import PackedRows, PaddedRows

WIDTH, HEADS, INNER, LAYERS, POSITIONS, VOCABULARY = 384, 12, 1536, 6, 512, 30_522
# Where a sentence transformer's folder keeps it.
GRAPH = "onnx/model.onnx"
EPSILON = 1e-12
# Added to the score of a padded position; finite, so that a row of padding alone stays finite.
MASKED = -1e9


class Layer(nn.Module):
    def __init__(self, dropout: float):
        super().__init__()
        self.query = nn.Linear(WIDTH, WIDTH)
        self.key = nn.Linear(WIDTH, WIDTH)
        self.value = nn.Linear(WIDTH, WIDTH)
        self.attn_out = nn.Linear(WIDTH, WIDTH)
        self.attn_norm = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.up = nn.Linear(WIDTH, INNER)
        self.down = nn.Linear(INNER, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.dropout = Dropout(dropout)

    def forward(self, hidden, mask, rows):
        hidden = self.attn_norm(hidden + self.dropout(self.attn_out(self.attention(hidden, mask, rows))))
        return self.norm(hidden + self.dropout(self.down(functional.gelu(self.up(hidden)))))

    def attention(self, hidden, mask, rows):
        query, key, value = (by_head(rows.padded(part(hidden))) for part in (self.query, self.key, self.value))
        scores = (query / math.sqrt(WIDTH // HEADS)) @ key.transpose(-1, -2) + mask
        mixed = functional.softmax(scores, dim=-1) @ value
        return rows.packed(mixed.transpose(1, 2).flatten(2))


def by_head(hidden):
    """[batch, sequence, width] as [batch, heads, sequence, width of a head]."""
    return hidden.unflatten(-1, (HEADS, WIDTH // HEADS)).transpose(1, 2)


class Encoder(nn.Module):
    def __init__(self, layers: int = LAYERS, token_types: int = 2, dropout: float = 0.1):
        super().__init__()
        self.word = nn.Embedding(VOCABULARY, WIDTH)
        self.pos = nn.Embedding(POSITIONS, WIDTH)
        self.seg = nn.Embedding(token_types, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.dropout = Dropout(dropout)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(layers))

    def forward(self, ids, attention_mask, token_types):
        return self.states(ids, attention_mask, token_types)[-1]

    def states(self, ids, attention_mask, token_types):
        """The hidden state below the first layer, and after each."""
        places = torch.arange(ids.shape[1], device=ids.device)
        hidden = self.word(ids) + self.pos(places) + self.seg(token_types)
        hidden = self.dropout(self.norm(hidden))
        mask = (1.0 - attention_mask[:, None, None, :].to(hidden.dtype)) * MASKED
        rows = PaddedRows() if torch.onnx.is_in_onnx_export() else PackedRows(attention_mask)
        states = [rows.packed(hidden)]
        for layer in self.layers:
            states.append(layer(states[-1], mask, rows))
        return [rows.padded(state) for state in states]

    def load(self, graph: Path, layers: list[int], named: Callable[[str], str] = str) -> None:
        """Takes the weights of an ONNX graph, of its layers those given, in that order. `named`: what the graph calls a weight that is called so here."""
        weights = OnnxWeights(graph)
        state = {name: weights.find(named(theirs(name, layers))) for name in self.state_dict()}
        # Every class starts as the one that the encoder was trained with.
        state["seg.weight"] = state["seg.weight"][:1].repeat(self.seg.num_embeddings, 1)
        self.load_state_dict(state)


def theirs(name: str, layers: list[int]) -> str:
    """The name of a weight in the graph that layer n was taken from as `layers[n]`."""
    return re.sub(r"^layers\.(\d+)", lambda place: f"layers.{layers[int(place[1])]}", name)


IN_EMBEDDINGS = {"word": "word_embeddings", "pos": "position_embeddings", "seg": "token_type_embeddings", "norm": "LayerNorm"}
IN_LAYER = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "attn_out": "attention.output.dense",
    "attn_norm": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm": "output.LayerNorm",
}


def in_bert(name: str) -> str:
    """The name of a weight in BERT as it is published."""
    *layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1]}.{IN_LAYER[part]}.{kind}" if layer else f"embeddings.{IN_EMBEDDINGS[part]}.{kind}"


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
