"""Trains cortex-embed-en: an encoder of fewer layers that gives its teacher's vectors. `python embed.py --help`"""

import argparse
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

from corpus import corpus, joined
from encoder import GRAPH, Encoder
from export import export
from half import Half, multiplies_bfloat16
from nlp_model import padded
from schedule import pace
from tokens import Reader, Row

TEACHER_LAYERS = list(range(6))


@dataclass(frozen=True)
class Recipe:
    seed: int = 20261127
    # Teacher layers that the student starts as, and those after which its hidden states shall be the teacher's.
    start: tuple[int, ...] = (1, 3, 5)
    aims: tuple[int, ...] = (2, 4, 6)
    steps: int = 4_000
    warm_up: int = 100
    tokens: int = 2_048
    max_tokens: int = 256
    joined: int = 10_000
    held_out: int = 1_000
    rate: float = 3e-4
    weight_decay: float = 0.01
    cosine_weight: float = 5.0
    similarity_weight: float = 5.0
    middle_weight: float = 0.3


class Distiller:
    def __init__(self, teacher: Encoder, student: Encoder, recipe: Recipe):
        self.recipe = recipe
        self.teacher = (teacher.to(torch.bfloat16) if multiplies_bfloat16() else teacher).eval()
        student.word.requires_grad_(False)
        self.student = student.train()
        self.half = Half(student)
        weights = [weight for weight in student.parameters() if weight.requires_grad]
        self.optimizer = torch.optim.AdamW(weights, lr=recipe.rate, weight_decay=recipe.weight_decay, fused=True)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, lambda step: pace(step, recipe.warm_up, recipe.steps))

    def step(self, rows: list[Row]) -> dict[str, float]:
        self.half.clear_gradients()
        losses = self.losses(rows)
        weights = {"cosine": self.recipe.cosine_weight, "similarity": self.recipe.similarity_weight, "middle": self.recipe.middle_weight, "tokens": 1.0}
        sum(losses[name] * weight for name, weight in weights.items()).backward()
        self.half.take_gradients()
        torch.nn.utils.clip_grad_norm_(self.student.parameters(), 1.0)
        self.optimizer.step()
        self.schedule.step()
        self.half.give_weights()
        return {name: loss.item() for name, loss in losses.items()}

    def losses(self, rows: list[Row]) -> dict[str, torch.Tensor]:
        batch = inputs(rows)
        with torch.no_grad():
            theirs = [state.float() for place, state in enumerate(self.teacher.states(*batch)) if place in self.recipe.aims]
        ours = [state.float() for state in self.half.copy.states(*batch)[1:]]
        errors = [hidden_error(a, b, batch[1]) for a, b in zip(ours, theirs)]
        vectors, goals = pooled(ours[-1], batch[1]), pooled(theirs[-1], batch[1])
        return {
            "cosine": (1 - (vectors * goals).sum(-1)).mean(),
            "similarity": functional.mse_loss(vectors @ vectors.T, goals @ goals.T),
            "tokens": errors[-1],
            "middle": sum(errors[:-1]),
        }


class OneTextKind(nn.Module):
    """The student without token types, which are all 0."""

    def __init__(self, student: Encoder):
        super().__init__()
        self.student = student

    def forward(self, ids, attention_mask):
        return self.student(ids, attention_mask, torch.zeros_like(ids))


def inputs(rows: list[Row]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    ids = padded([row.ids for row in rows], 0)
    return ids, padded([[1] * len(row.ids) for row in rows], 0), torch.zeros_like(ids)


def pooled(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The mean of the rows' tokens, of length 1."""
    return functional.normalize((hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True), dim=-1)


def hidden_error(ours: torch.Tensor, theirs: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean squared error over the tokens, as a share of the teacher's mean square."""
    ours, theirs = ours[mask.bool()], theirs[mask.bool()]
    return functional.mse_loss(ours, theirs) / theirs.square().mean()


def batches(rows: list[Row], recipe: Recipe, rng: random.Random) -> Iterator[list[Row]]:
    """Batches for ever, of alike length and about `tokens` tokens each."""
    while True:
        order = rng.sample(rows, len(rows))
        for start in range(0, len(order), 8_192):
            pool = sorted(order[start : start + 8_192], key=lambda row: len(row.ids), reverse=True)
            cut = []
            while pool:
                size = max(1, recipe.tokens // len(pool[0].ids))
                cut.append(pool[:size])
                pool = pool[size:]
            yield from rng.sample(cut, len(cut))


@torch.no_grad()
def likeness(teacher: Encoder, student: Encoder, rows: list[Row]) -> float:
    """Mean cosine of a text's vector to its teacher's."""
    found = []
    for start in range(0, len(rows), 50):
        batch = inputs(rows[start : start + 50])
        ours, theirs = pooled(student(*batch).float(), batch[1]), pooled(teacher(*batch).float(), batch[1])
        found += (ours * theirs).sum(-1).tolist()
    return sum(found) / len(found)


def train(distiller: Distiller, rows: list[Row], out: Path) -> None:
    recipe, started = distiller.recipe, time.monotonic()
    rng = random.Random(recipe.seed)
    order = rng.sample(rows, len(rows))
    held_out, training = sorted(order[: recipe.held_out], key=lambda row: len(row.ids)), order[recipe.held_out :]
    for number, batch in zip(range(1, recipe.steps + 1), batches(training, recipe, rng)):
        losses = distiller.step(batch)
        if number % 50 == 0:
            print(number, {name: round(loss, 4) for name, loss in losses.items()}, f"{time.monotonic() - started:.0f} s", flush=True)
        if number % 500 == 0 or number == recipe.steps:
            print("likeness", likeness(distiller.teacher, distiller.half.copy, held_out), flush=True)
            torch.save(distiller.student.state_dict(), out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("encoder", "data", "archives", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=Recipe.steps)
    options = parser.parse_args()
    recipe = Recipe(steps=options.steps)
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(2)

    sources = corpus(options.data, options.archives)
    texts = [text for source in sources.values() for text in source]
    texts += joined([*sources["glosses"], *sources["sst2"]], recipe.joined, random.Random(recipe.seed))
    rows = Reader(options.encoder, recipe.max_tokens).rows(texts)
    print(recipe, {name: len(source) for name, source in sources.items()}, sum(len(row.ids) for row in rows), "tokens", flush=True)

    teacher, student = Encoder(dropout=0.0), Encoder(layers=len(recipe.start), dropout=0.0)
    teacher.load(options.encoder / GRAPH, TEACHER_LAYERS)
    student.load(options.encoder / GRAPH, list(recipe.start))
    options.out.mkdir(parents=True, exist_ok=True)
    train(Distiller(teacher, student, recipe), rows, options.out / "encoder.pt")
    example = torch.ones(2, 8, dtype=torch.int64)
    export(OneTextKind(student), {"input_ids": example, "attention_mask": example}, "last_hidden_state", options.out / "encoder.onnx")


if __name__ == "__main__":
    main()
