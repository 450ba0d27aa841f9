"""The running average of a model's weights, which generalizes better than its last step (Polyak and Juditsky 1992)."""

import copy

import torch
from torch import nn


class Average:
    """`decay`: how much of the average each step keeps; less at first, so that the start is soon forgotten."""

    def __init__(self, model: nn.Module, decay: float):
        self.source, self.model, self.decay, self.steps = model, copy.deepcopy(model), decay, 0

    @torch.no_grad()
    def follow(self) -> None:
        self.steps += 1
        share = 1 - min(self.decay, self.steps / (self.steps + 10))
        for ours, theirs in zip(self.model.parameters(), self.source.parameters()):
            if theirs.requires_grad:
                ours.lerp_(theirs, share)
