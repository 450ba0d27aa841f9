"""Longer texts out of shorter ones: training texts are half as long as those that people ask about."""

import random

from texts import Opinion, Sentence

MAX_WORDS = 40

ALIKE = [" , ", " and ", " . ", " ; ", " -- ", " , and "]
AGAINST = [" , but ", " , but ", " , yet ", " . but "]
CONCEDING = ["although ", "even though ", "while "]


def in_a_row(sentences: list[Sentence], share: float, rng: random.Random) -> list[Sentence]:
    """Some of the sentences with others behind them."""
    return [one if rng.random() >= share else followed(one, rng.choice(sentences)) for one in sentences]


def followed(one: Sentence, other: Sentence) -> Sentence:
    if len(one.words) + len(other.words) > MAX_WORDS:
        return one
    return Sentence((*one.words, *other.words), (*one.labels, *other.labels))


class Opinions:
    """Opinions to join others with."""

    def __init__(self, opinions: list[Opinion]):
        self.by_side = {side: [one for one in opinions if one.positive == side] for side in (True, False)}

    def joined(self, one: Opinion, share: float, rng: random.Random) -> Opinion:
        """Some with another of the same side, some against one of the other side: what follows "but" decides."""
        if rng.random() >= share or len(one.text.split()) > MAX_WORDS // 2:
            return one
        if rng.random() < 0.65:
            texts = rng.sample([one.text, rng.choice(self.by_side[one.positive]).text], 2)
            return Opinion(rng.choice(ALIKE).join(texts), one.positive)
        other = rng.choice(self.by_side[not one.positive]).text
        if rng.random() < 0.7:
            return Opinion(other + rng.choice(AGAINST) + one.text, one.positive)
        return Opinion(f"{rng.choice(CONCEDING)}{other} , {one.text}", one.positive)
