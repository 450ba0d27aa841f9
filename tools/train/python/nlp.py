"""Trains cortex-nlp-en: entities and sentiment in one encoder, from the encoder or from an earlier training. `nlp_average.py` makes one model of several. `python nlp.py --help`"""

import argparse
import json
import random
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import torch
from torch.nn import functional

import nlp_measure
from average import Average
from batches import endless
from crf import Crf
from encoder import GRAPH, LAYERS
from half import Half
from joined import Opinions, in_a_row
from nlp_model import TAGS, NlpModel, groups, padded
from noise import as_written, other_case
from people import People
from schedule import pace
from spans import spans_of, text_of, word_labels
from sst2_split import split
from texts import Lesson, Opinion, Sentence, lessons, sst2, wikiann, wnut17
from tokens import Reader, Row
from unnamed import unnamed_texts

IGNORED = -100


@dataclass(frozen=True)
class Recipe:
    # Of the split of the data, and of the heads' first weights.
    seed: int = 20261127
    # Of the order of the texts: trainings that differ in it alone may be averaged.
    order: int = 0
    steps: int = 3_600
    warm_up: int = 200
    sentences: int = 32
    # Texts in each step that name nobody.
    unnamed: int = 0
    # Of the people in the sentences that are called otherwise, and of the texts that name nobody that somebody says.
    renamed: float = 0.0
    said: float = 0.0
    opinions: int = 32
    wnut17_times: int = 2
    validation: int = 1_000
    max_tokens: int = 128
    rate: float = 2e-4
    decay: float = 0.85
    head_rate: float = 1e-3
    dropout: float = 0.1
    weight_decay: float = 0.01
    masked: float = 0.05
    opinion_weight: float = 0.5
    # Texts in each step of which a teacher has told how positive they are.
    taught: int = 32
    lesson_weight: float = 1.0
    # Of them that are written in lower case, as the opinions are.
    lowered: float = 0.0
    # Of the names' second loss, that of whole sequences of labels.
    chain_weight: float = 0.5
    chain_rate: float = 1e-2
    # Of the weights that are kept: what each step leaves of the average.
    average: float = 0.998
    # Of the texts that are joined with others.
    joined_sentences: float = 0.2
    joined_opinions: float = 0.3


@dataclass(frozen=True)
class Data:
    """What is trained on, and a validation split of it that is not."""

    sentences: list[Sentence]
    opinions: list[Opinion]
    validation: nlp_measure.Sets
    unnamed: list[Sentence] = field(default_factory=list)
    lessons: list[Lesson] = field(default_factory=list)


def load(data: Path, recipe: Recipe) -> Data:
    clean, noisy = wikiann(data, "train"), wnut17(data, "train")
    random.Random(recipe.seed).shuffle(clean)
    random.Random(recipe.seed).shuffle(noisy)
    kept = recipe.validation
    opinions = split(sst2(data), recipe.seed)
    validation = nlp_measure.Sets({"wikiann": clean[:kept], "wnut17": noisy[: kept // 2]}, {"sst2": opinions.validation})
    return Data([*clean[kept:], *noisy[kept // 2 :] * recipe.wnut17_times], opinions.training, validation)


def with_lessons(data: Data, archives: Path, told: Path, recipe: Recipe) -> Data:
    """The same with what a teacher has told, and with texts that name nobody, of which some join the validation."""
    found = unnamed_texts(archives, data.opinions, random.Random(recipe.seed))
    random.Random(recipe.seed).shuffle(found)
    kept = recipe.validation
    return replace(data, unnamed=found[kept:], lessons=lessons(told), validation=replace(data.validation, unnamed=found[:kept]))


class Trainer:
    def __init__(self, model: NlpModel, reader: Reader, recipe: Recipe):
        self.model, self.reader, self.recipe = model, reader, recipe
        self.rng = random.Random(recipe.seed + recipe.order)
        self.crf = Crf()
        learned = [*groups(model, recipe.rate, recipe.decay, recipe.head_rate), {"params": list(self.crf.parameters()), "lr": recipe.chain_rate}]
        self.optimizer = torch.optim.AdamW(learned, weight_decay=recipe.weight_decay, fused=True)
        self.half = Half(model)
        self.average = Average(model, recipe.average)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, lambda step: pace(step, recipe.warm_up, recipe.steps))

    def step(self, sentences: list[Sentence], opinions: list[Opinion], lessons: list[Lesson]) -> tuple[float, float, float]:
        """One pass over all of them. Returns the loss of each kind."""
        self.crf.zero_grad()
        self.half.clear_gradients()
        named = self.reader.rows([text_of(one) for one in sentences])
        judged = self.reader.rows([as_written(text, self.rng) for text in [*(one.text for one in opinions), *self.in_lower_case(lessons)]])
        cases = [other_case(row.cases, self.rng, lower=0.1, upper=0.03) for row in named] + [row.cases for row in judged]
        logits = self.logits([*named, *judged], cases)
        tags = self.tag_loss(logits[: len(named)], named, sentences)
        told, taught = logits[len(named) :, 0, TAGS:].split([len(opinions), len(lessons)])
        mood = functional.cross_entropy(told, torch.tensor([int(one.positive) for one in opinions]))
        lesson = functional.cross_entropy(taught, torch.tensor([[1 - one.positive, one.positive] for one in lessons]))
        (tags + self.recipe.opinion_weight * mood + self.recipe.lesson_weight * lesson).backward()
        self.half.take_gradients()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.schedule.step()
        self.half.give_weights()
        self.average.follow()
        return tags.item(), mood.item(), lesson.item()

    def in_lower_case(self, lessons: list[Lesson]) -> list[str]:
        return [one.text.lower() if self.rng.random() < self.recipe.lowered else one.text for one in lessons]

    def tag_loss(self, logits: torch.Tensor, rows: list[Row], sentences: list[Sentence]) -> torch.Tensor:
        labels = [word_labels(row, spans_of(one)) for row, one in zip(rows, sentences)]
        places = padded([[place for place, _, _ in row.words] for row in rows], 0)
        words = logits[..., :TAGS].gather(1, places[..., None].expand(-1, -1, TAGS))
        alone = functional.cross_entropy(words.flatten(0, 1), padded(labels, IGNORED).flatten(), ignore_index=IGNORED)
        return alone + self.recipe.chain_weight * self.crf.loss(words, padded(labels, 0), torch.tensor([len(one) for one in labels]))

    def logits(self, rows: list[Row], cases: list[list[int]]) -> torch.Tensor:
        ids = [self.with_masks(row.ids) for row in rows]
        mask = padded([[1] * len(row.ids) for row in rows], 0)
        return self.half.copy(padded(ids, 0), mask, padded(cases, 0)).float()

    def with_masks(self, ids: list[int]) -> list[int]:
        mask = self.reader.tokenizer.token_to_id("[MASK]")
        return [ids[0], *(mask if self.rng.random() < self.recipe.masked else one for one in ids[1:-1]), ids[-1]]


def train(trainer: Trainer, data: Data, out: Path) -> None:
    recipe, started = trainer.recipe, time.monotonic()
    sentences = endless(data.sentences, recipe.sentences, lambda one: len(one.words), trainer.rng)
    unnamed = endless(data.unnamed, recipe.unnamed, lambda one: len(one.words), trainer.rng)
    people = People(data.sentences)
    opinions = endless(data.opinions, recipe.opinions, lambda one: len(one.text), trainer.rng)
    others = Opinions(data.opinions)
    taught = endless(data.lessons, recipe.taught, lambda one: len(one.text), trainer.rng)
    for number in range(1, recipe.steps + 1):
        met = [people.renamed(one, recipe.renamed, trainer.rng) for one in next(sentences)]
        spoken = [people.said(one, recipe.said, trainer.rng) for one in next(unnamed)]
        named = in_a_row([*met, *spoken], recipe.joined_sentences, trainer.rng)
        judged = [others.joined(one, recipe.joined_opinions, trainer.rng) for one in next(opinions)]
        losses = trainer.step(named, judged, next(taught))
        if number % 100 == 0:
            print(f"{number} {' '.join(f'{loss:.3f}' for loss in losses)} {time.monotonic() - started:.0f} s", flush=True)
        if number % 1_000 == 0 or number == recipe.steps:
            print(json.dumps(nlp_measure.quality(trainer.average.model, trainer.reader, data.validation, trainer.crf.scores().tolist())), flush=True)
            torch.save(trainer.average.model.state_dict(), out / "nlp.pt")
            (out / "transitions.json").write_text(json.dumps(rounded(trainer.crf.scores().tolist())))


def rounded(matrix: list[list[float]]) -> list[list[float]]:
    return [[round(value, 3) for value in row] for row in matrix]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("encoder", "data", "archives", "lessons", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="folder of an earlier training to go on from")
    for name, default in asdict(Recipe()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    options = vars(parser.parse_args())
    recipe = Recipe(**{name: options[name] for name in asdict(Recipe())})
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(2)

    model = NlpModel(recipe.dropout)
    start: Path | None = options["start"]
    if start:
        model.load_state_dict(torch.load(start / "nlp.pt"))
    else:
        model.encoder.load(options["encoder"] / GRAPH, list(range(LAYERS)))
    trainer = Trainer(model.train(), Reader(options["encoder"], recipe.max_tokens), recipe)
    if start:
        trainer.crf.begin_at(json.loads((start / "transitions.json").read_text()))
    data = with_lessons(load(options["data"], recipe), options["archives"], options["lessons"], recipe)
    print(recipe, len(data.sentences), len(data.opinions), flush=True)
    out: Path = options["out"]
    out.mkdir(parents=True, exist_ok=True)
    train(trainer, data, out)


if __name__ == "__main__":
    main()
