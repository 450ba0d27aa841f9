"""The quality of cortex-nlp-en, as floats in PyTorch or as a served graph: both are a function from rows to logits."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy
import torch

from batches import by_length
from nlp_model import TAGS, NlpModel, padded
from spans import Span, decode, spans_of, strict_f1, text_of
from texts import Opinion, Sentence
from tokens import Reader, Row

BATCH = 64

Run = Callable[[list[Row]], numpy.ndarray]


@dataclass(frozen=True)
class Sets:
    entities: dict[str, list[Sentence]]
    opinions: dict[str, list[Opinion]]
    # Texts that name nobody.
    unnamed: list[Sentence] = field(default_factory=list)


def quality(model: NlpModel, reader: Reader, sets: Sets, transitions: list[list[float]]) -> dict:
    model.eval()
    with torch.no_grad():
        result = measured(lambda rows: in_torch(model, rows), reader, sets, transitions)
    model.train()
    return result


def in_torch(model: NlpModel, rows: list[Row]) -> numpy.ndarray:
    mask = padded([[1] * len(row.ids) for row in rows], 0)
    return model(padded([row.ids for row in rows], 0), mask, padded([row.cases for row in rows], 0)).numpy()


def measured(run: Run, reader: Reader, sets: Sets, transitions: list[list[float]]) -> dict:
    """Strict span F1 of each set of sentences, all and by type; accuracy of each set of opinions; share of the texts without names in which one is found."""
    result = {}

    def found(sentences: list[Sentence]) -> list[list[Span]]:
        rows = reader.rows([text_of(one) for one in sentences])
        return [decode(row, logits[:, :TAGS].tolist(), transitions) for row, logits in zip(rows, outputs(run, rows))]

    for name, sentences in sets.entities.items():
        result[name] = strict_f1([spans_of(one) for one in sentences], found(sentences))
    for name, opinions in sets.opinions.items():
        rows = reader.rows([one.text for one in opinions])
        right = [(logits[0, TAGS + 1] > logits[0, TAGS]) == one.positive for one, logits in zip(opinions, outputs(run, rows))]
        result[name] = round(sum(right) / len(right), 4)
    if sets.unnamed:
        result["unnamed"] = round(sum(map(bool, found(sets.unnamed))) / len(sets.unnamed), 4)
    return result


def outputs(run: Run, rows: list[Row]) -> list[numpy.ndarray]:
    """The logits of each row, in the order of the rows."""
    found: list[numpy.ndarray] = [numpy.empty(0)] * len(rows)
    for batch in by_length(list(enumerate(rows)), BATCH, lambda one: len(one[1].ids)):
        for (place, _), logits in zip(batch, run([row for _, row in batch])):
            found[place] = logits
    return found
