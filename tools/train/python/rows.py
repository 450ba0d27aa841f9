"""Rows of a batch without their padding, which is two fifths of the places of a training batch."""

import torch


class PackedRows:
    """[batch, sequence, width] as [tokens, width] and back. Padded places hold what their neighbour holds."""

    def __init__(self, mask: torch.Tensor):
        self.shape = mask.shape
        self.places = mask.flatten().nonzero().squeeze(1)
        self.sources = (mask.flatten().cumsum(0) - 1).clamp(min=0)

    def packed(self, hidden: torch.Tensor) -> torch.Tensor:
        return hidden.flatten(0, 1).index_select(0, self.places)

    def padded(self, hidden: torch.Tensor) -> torch.Tensor:
        return hidden.index_select(0, self.sources).unflatten(0, self.shape)


class PaddedRows:
    """Rows as they are: the form of the exported graph."""

    def packed(self, hidden: torch.Tensor) -> torch.Tensor:
        return hidden

    padded = packed
