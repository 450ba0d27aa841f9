"""Names of people put together anew: those of the data sets are famous ones, and they seldom speak."""

import random
from dataclasses import replace

from texts import Sentence

LABELS = ("B-PER", "I-PER")


class People:
    """First and last names out of a training part's names of two words."""

    def __init__(self, sentences: list[Sentence]):
        names = {one.words[at : at + 2] for one in sentences for at in pairs(one)}
        self.firsts, self.lasts = (sorted({name[side] for name in names}) for side in (0, 1))

    def name(self, rng: random.Random) -> tuple[str, str]:
        return rng.choice(self.firsts), rng.choice(self.lasts)

    def renamed(self, one: Sentence, share: float, rng: random.Random) -> Sentence:
        """Some of the people in it are called otherwise."""
        words = list(one.words)
        for at in pairs(one):
            if rng.random() < share:
                words[at : at + 2] = self.name(rng)
        return replace(one, words=tuple(words))

    def said(self, one: Sentence, share: float, rng: random.Random) -> Sentence:
        """Some are said by somebody, as conversations are written down."""
        if rng.random() >= share:
            return one
        name = self.name(rng)[: rng.choice((1, 2, 2))]
        return Sentence((*name, ":", *one.words), (*LABELS[: len(name)], "O", *one.labels))


def pairs(one: Sentence) -> list[int]:
    """Where people of two plain words stand."""
    labels = (*one.labels, "O")
    return [at for at in range(len(one.words) - 1) if labels[at : at + 2] == LABELS and labels[at + 2] != "I-PER" and all(word.istitle() and word.isalpha() for word in one.words[at : at + 2])]
