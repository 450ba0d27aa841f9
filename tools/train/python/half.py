"""Training in bfloat16 with float32 weights, on processors that multiply bfloat16: small steps need float32."""

import copy

import torch
from torch import nn


def multiplies_bfloat16() -> bool:
    """Whether bfloat16 is faster than float32 here: four times with AVX-512 BF16 or AMX, eighty times slower without."""
    return torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()


class Half:
    """A bfloat16 copy of a model, for passes forward and backward. The model itself keeps the float32 weights that are stepped.
    Where that is slow there is no copy: `copy` is the model."""

    def __init__(self, model: nn.Module, wanted: bool = multiplies_bfloat16()):
        self.model = model
        self.copy = copy.deepcopy(model).to(torch.bfloat16) if wanted else model
        both = zip(model.parameters(), self.copy.parameters()) if wanted else ()
        self.pairs = [(ours, half) for ours, half in both if ours.requires_grad]

    def clear_gradients(self) -> None:
        self.model.zero_grad()

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
