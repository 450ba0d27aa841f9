"""Trained weights as an ONNX graph in float32, which the project's own optimizer then makes int8."""

import warnings
from pathlib import Path

import torch
from torch import nn

OPSET = 17


def export(model: nn.Module, inputs: dict[str, torch.Tensor], output: str, path: Path) -> None:
    """Writes a graph with the batch and the sequence left open. `inputs` are examples, in the order of the model's arguments."""
    model.eval()
    names = [*inputs, output]
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's, about what it is asked for here
        torch.onnx.export(
            model, tuple(inputs.values()), path, input_names=list(inputs), output_names=[output],
            dynamic_axes={name: {0: "batch", 1: "sequence"} for name in names}, opset_version=OPSET, dynamo=False,
        )  # fmt: skip
