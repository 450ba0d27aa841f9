"""SST-2's train file mixes sentences with phrases cut from them: a fair split keeps a held-out sentence's phrases out of the training."""

import random
from dataclasses import dataclass

from texts import Opinion

HELD_OUT, VALIDATION = 3_000, 400


@dataclass(frozen=True)
class Split:
    training: list[Opinion]
    validation: list[Opinion]
    held_out: list[Opinion]


def split(opinions: list[Opinion], seed: int) -> Split:
    """Held out and validation are full sentences: those that no other text of the file contains, of four words or more."""
    unique = list({one.text: one for one in opinions}.values())
    containers = Containers()
    full = []
    for one in sorted(unique, key=lambda one: (-len(one.text), one.text)):
        if not containers.containing(one.text):
            containers.add(one.text)
            if len(one.text.split()) >= 4:
                full.append(one)
    random.Random(seed).shuffle(full)
    held_out, validation = full[:HELD_OUT], full[HELD_OUT : HELD_OUT + VALIDATION]
    return Split(apart_from(unique, [*held_out, *validation]), validation, held_out)


def apart_from(opinions: list[Opinion], others: list[Opinion]) -> list[Opinion]:
    """Those that stand in none of the others."""
    containers = Containers()
    for one in others:
        containers.add(one.text)
    return [one for one in opinions if not containers.containing(one.text)]


class Containers:
    """Texts that may contain others, found by the first two words of what is asked for."""

    def __init__(self):
        self.by_start: dict[tuple[str, ...], set[str]] = {}

    def add(self, text: str) -> None:
        words = text.split()
        for place in range(len(words)):
            for length in (1, 2):
                self.by_start.setdefault(tuple(words[place : place + length]), set()).add(padded(text))

    def containing(self, text: str) -> bool:
        return any(padded(text) in other for other in self.by_start.get(tuple(text.split()[:2]), ()))


def padded(text: str) -> str:
    return f" {' '.join(text.split())} "
