"""Training in bfloat16 with float32 weights: the processor's matrix units take bfloat16 alone, small steps need float32."""

import copy

import torch
from torch import nn


class Half:
    """A bfloat16 copy of a model, for passes forward and backward. The model itself keeps the float32 weights that are stepped."""

    def __init__(self, model: nn.Module):
        self.model = model
        self.copy = copy.deepcopy(model).to(torch.bfloat16)
        both = zip(model.parameters(), self.copy.parameters())
        self.pairs = [(ours, half) for ours, half in both if ours.requires_grad]

    def take_gradients(self) -> None:
        """Moves the copy's gradients to the model."""
        for ours, half in self.pairs:
            ours.grad = None if half.grad is None else half.grad.float()
            half.grad = None

    @torch.no_grad()
    def give_weights(self) -> None:
        """Rounds the model's weights into the copy."""
        for ours, half in self.pairs:
            half.copy_(ours)
