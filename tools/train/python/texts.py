"""The data sets as they lie in the shared folder."""

import json
from dataclasses import dataclass
from pathlib import Path

TYPES = ["PER", "ORG", "LOC"]
LABELS = ["O", *(f"{prefix}-{kind}" for kind in TYPES for prefix in "BI")]

# What the labels of WNUT17 are called here; the others are no entity here.
WNUT17 = {"person": "PER", "corporation": "ORG", "group": "ORG", "location": "LOC"}


@dataclass(frozen=True)
class Sentence:
    """Words as the data set splits them, with an IOB2 label each."""

    words: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Opinion:
    text: str
    positive: bool


@dataclass(frozen=True)
class Lesson:
    """A text with how positive a teacher finds it, 0 to 1."""

    text: str
    positive: float


def wikiann(data: Path, part: str) -> list[Sentence]:
    return sentences(data / f"ner/wikiann-en/{part}.tsv")


def wnut17(data: Path, part: str) -> list[Sentence]:
    return [Sentence(one.words, tuple(map(as_ours, one.labels))) for one in sentences(data / f"ner/wnut17/{part}.conll")]


def as_ours(label: str) -> str:
    prefix, _, kind = label.partition("-")
    return f"{prefix}-{WNUT17[kind]}" if kind in WNUT17 else "O"


def sentences(path: Path) -> list[Sentence]:
    found, rows = [], []
    for line in [*path.read_text(encoding="utf-8").split("\n"), ""]:
        word, _, label = line.rstrip("\r").partition("\t")
        if label and word.strip():
            rows.append((word.strip(), label.strip()))
        elif not line.strip() and rows:
            found.append(Sentence(*zip(*rows)))
            rows = []
    return found


def sst2(data: Path) -> list[Opinion]:
    lines = (data / "sentiment/sst2/train.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [Opinion(text.strip(), label == "1") for label, _, text in (line.partition("\t") for line in lines)]


def entries(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def lessons(path: Path) -> list[Lesson]:
    return [Lesson(text, float(positive)) for positive, _, text in (line.partition("\t") for line in path.read_text(encoding="utf-8").splitlines())]


def write_lessons(path: Path, told: list[Lesson]) -> None:
    path.write_text("".join(f"{one.positive:.4f}\t{one.text}\n" for one in told), encoding="utf-8")
