"""A linear-chain conditional random field over a row's words: labels are judged by how well they follow each other, too."""

import torch
from torch import nn

from spans import IMPOSSIBLE, may_follow
from texts import LABELS

SIZE = len(LABELS)


class Crf(nn.Module):
    def __init__(self):
        super().__init__()
        self.transitions = nn.Parameter(torch.zeros(SIZE, SIZE))
        forbidden = [[0.0 if may_follow(a, b) else IMPOSSIBLE for b in range(SIZE)] for a in range(SIZE)]
        self.register_buffer("forbidden", torch.tensor(forbidden))

    @torch.no_grad()
    def begin_at(self, scores: list[list[float]]) -> None:
        """Takes the `scores` of an earlier training."""
        self.transitions.copy_(torch.tensor(scores) - self.forbidden)

    def scores(self) -> torch.Tensor:
        """Of moving from a label (row) to the next word's (column)."""
        return self.transitions + self.forbidden

    def loss(self, logits: torch.Tensor, gold: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Mean surprise a word at the labels of each row: [rows, words, labels], [rows, words], words of each row."""
        moves = self.scores()
        present = torch.arange(gold.shape[1]) < lengths[:, None]
        emitted = logits.gather(-1, gold[..., None]).squeeze(-1)
        moved = moves[gold[:, :-1], gold[:, 1:]]
        path = (emitted * present).sum(1) + (moved * present[:, 1:]).sum(1)
        return (self.total(logits, moves, present) - path).sum() / lengths.sum()

    def total(self, logits: torch.Tensor, moves: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
        """The logarithm of the sum over all paths; a text begins as it goes on behind `O`, save that nothing but the impossible counts."""
        reached = logits[:, 0] + self.forbidden[0]
        for word in range(1, logits.shape[1]):
            on = torch.logsumexp(reached[:, :, None] + moves, dim=1) + logits[:, word]
            reached = torch.where(present[:, word, None], on, reached)
        return torch.logsumexp(reached, dim=-1)
