"""Entities as spans of characters: from labels, from a decoded row, and their strict F1."""

from dataclasses import dataclass

from texts import LABELS, TYPES, Sentence
from tokens import Row

IMPOSSIBLE = -1e4

Span = tuple[int, int, str]


def text_of(sentence: Sentence) -> str:
    return " ".join(sentence.words)


def spans_of(sentence: Sentence) -> list[Span]:
    """The labelled entities as (start, end, type) in `text_of`. An I- that continues nothing begins one."""
    spans, place = [], 0
    for word, label in zip(sentence.words, sentence.labels):
        prefix, _, kind = label.partition("-")
        end = place + len(word)
        if prefix == "I" and spans and spans[-1][1] == place - 1 and spans[-1][2] == kind:
            spans[-1] = (spans[-1][0], end, kind)
        elif kind:
            spans.append((place, end, kind))
        place = end + 1
    return spans


def word_labels(row: Row, spans: list[Span]) -> list[int]:
    """The label of each of the row's words."""
    labels = []
    for _, start, end in row.words:
        span = next((span for span in spans if span[0] <= start and end <= span[1]), None)
        labels.append(LABELS.index(f"{'B' if start == span[0] else 'I'}-{span[2]}") if span else 0)
    return labels


def may_follow(before: int, after: int) -> bool:
    prefix, _, kind = LABELS[after].partition("-")
    return prefix != "I" or LABELS[before] in (f"B-{kind}", f"I-{kind}")


def decode(row: Row, scores, transitions) -> list[Span]:
    """The best labels of a row's words by Viterbi: the sum of scores (log-probabilities or logits) and transitions."""
    best = [path_start(scores[row.words[0][0]])] if row.words else []
    for place, _, _ in row.words[1:]:
        best.append(step([score for score, _ in best[-1]], scores[place], transitions))
    return spans_from(row, trace(best))


def path_start(scores):
    return [(score if not LABELS[label].startswith("I") else IMPOSSIBLE, -1) for label, score in enumerate(scores)]


def step(before, scores, transitions):
    reached = []
    for label, score in enumerate(scores):
        choices = [(value + transitions[earlier][label], earlier) for earlier, value in enumerate(before)]
        value, earlier = max(choices)
        reached.append((value + score, earlier))
    return reached


def trace(best) -> list[int]:
    if not best:
        return []
    label = max(range(len(LABELS)), key=lambda label: best[-1][label][0])
    path = []
    for column in reversed(best):
        path.append(label)
        label = column[label][1]
    return path[::-1]


def spans_from(row: Row, path: list[int]) -> list[Span]:
    spans, open_ = [], False
    for (_, start, end), label in zip(row.words, path):
        prefix, _, kind = LABELS[label].partition("-")
        if prefix == "I" and open_:
            spans[-1] = (spans[-1][0], end, kind)
        elif kind:
            spans.append((start, end, kind))
        open_ = bool(kind)
    return spans


@dataclass
class SpanF1:
    found: int = 0
    given: int = 0
    right: int = 0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.given) if self.found + self.given else 0.0


def strict_f1(given: list[list[Span]], found: list[list[Span]]) -> dict[str, float]:
    """Micro F1 over exact spans with the right type, of all (`all`) and by type."""
    result = {}
    for name, kinds in {"all": TYPES, **{kind: [kind] for kind in TYPES}}.items():
        count = SpanF1()
        for theirs, ours in zip(given, found):
            theirs_of = {span for span in theirs if span[2] in kinds}
            ours_of = {span for span in ours if span[2] in kinds}
            count = SpanF1(count.found + len(ours_of), count.given + len(theirs_of), count.right + len(theirs_of & ours_of))
        result[name] = round(count.f1, 4)
    return result
