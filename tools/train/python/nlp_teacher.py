"""Trains the teacher of cortex-nlp-en on opinions, and writes the lessons: texts with how positive it finds them."""

import argparse
import random
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn import functional

import nlp
from average import Average
from batches import endless
from half import Half
from joined import Opinions
from mpnet_teacher import MpnetTeacher, logits_of, unpacked
from noise import as_written
from reviews import passages, reviews
from schedule import pace
from sst2_split import Split, apart_from, split
from texts import Lesson, sst2, write_lessons
from tokens import Reader

# Of what it has learned it is too sure: the one of these that the validation split likes best divides its logits.
TEMPERATURES = [place / 4 for place in range(4, 17)]


@dataclass(frozen=True)
class Recipe:
    # Of the split of the data, the same as the pupil's, and of the head's first weights.
    seed: int = nlp.Recipe.seed
    steps: int = 1_000
    warm_up: int = 150
    opinions: int = 32
    max_tokens: int = 128
    # Its lowest layers, that stay as they are.
    fixed: int = 3
    rate: float = 6e-5
    decay: float = 0.9
    head_rate: float = 1e-3
    dropout: float = 0.1
    weight_decay: float = 0.01
    average: float = 0.998
    joined_opinions: float = 0.3
    # What it tells about beside the opinions that it was trained on: passages of reviews, and opinions joined to longer ones.
    passages: int = 36_000
    joined: int = 16_000


def train(teacher: MpnetTeacher, reader: Reader, opinions: Split, recipe: Recipe) -> MpnetTeacher:
    """The average of its weights over the training."""
    rng, started = random.Random(recipe.seed), time.monotonic()
    optimizer = torch.optim.AdamW(teacher.groups(recipe.rate, recipe.decay, recipe.head_rate), weight_decay=recipe.weight_decay, fused=True)
    half, average = Half(teacher.train()), Average(teacher, recipe.average)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: pace(step, recipe.warm_up, recipe.steps))
    batches, others = endless(opinions.training, recipe.opinions, lambda one: len(one.text), rng), Opinions(opinions.training)
    for number in range(1, recipe.steps + 1):
        judged = [others.joined(one, recipe.joined_opinions, rng) for one in next(batches)]
        half.clear_gradients()
        sides = half.copy(reader.rows([as_written(one.text, rng) for one in judged]))
        loss = functional.cross_entropy(sides, torch.tensor([int(one.positive) for one in judged]))
        loss.backward()
        half.take_gradients()
        torch.nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        half.give_weights()
        average.follow()
        if number % 100 == 0:
            print(f"{number} {loss.item():.3f} {time.monotonic() - started:.0f} s", flush=True)
    return average.model.eval()


def texts_to_tell(archives: Path, opinions: Split, recipe: Recipe) -> list[str]:
    """Passages, the opinions of the training, and joined ones; none that stands in a sentence that is held out."""
    rng = random.Random(recipe.seed)
    cut = [passage for review in reviews(archives) for passage in passages(review, rng)]
    cut = apart_from(list({one.text: one for one in cut}.values()), [*opinions.held_out, *opinions.validation])
    others = Opinions(opinions.training)
    joined = (others.joined(rng.choice(opinions.training), 1.0, rng).text for _ in range(recipe.joined))
    told = [*(one.text for one in [*rng.sample(cut, min(recipe.passages, len(cut))), *opinions.training]), *joined]
    rng.shuffle(told)
    return list(dict.fromkeys(told))


def temperature_for(logits: torch.Tensor, sides: torch.Tensor) -> float:
    return min(TEMPERATURES, key=lambda one: functional.cross_entropy(logits / one, sides).item())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("data", "archives", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args()
    recipe = Recipe()
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(2)

    folder = unpacked(options.archives, options.out)
    teacher = MpnetTeacher(recipe.dropout, recipe.fixed)
    teacher.load(folder / "model.safetensors")
    reader = Reader(folder, recipe.max_tokens)
    opinions = split(sst2(options.data), recipe.seed)
    learned = Half(train(teacher, reader, opinions, recipe)).copy

    judged = logits_of(learned, reader, [one.text for one in opinions.validation])
    sides = torch.tensor([int(one.positive) for one in opinions.validation])
    temperature = temperature_for(judged, sides)
    print(recipe, f"validation {(judged.argmax(-1) == sides).float().mean().item():.4f}, temperature {temperature}", flush=True)
    texts = texts_to_tell(options.archives, opinions, recipe)
    positive = (logits_of(learned, reader, texts) / temperature).softmax(-1)[:, 1].tolist()
    write_lessons(options.out / "lessons.tsv", [Lesson(text, share) for text, share in zip(texts, positive)])


if __name__ == "__main__":
    main()
