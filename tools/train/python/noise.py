"""What real texts do to letter case and to clitics, done at random to training texts."""

import random

from letter_case import LOWER, NONE, UPPER


def other_case(cases: list[int], rng: random.Random, lower: float, upper: float) -> list[int]:
    """The cases as if the whole text were lower (or upper) case, with the given probabilities. An uncased tokenizer sees no more."""
    drawn = rng.random()
    if drawn < lower:
        return [LOWER if case != NONE else NONE for case in cases]
    if drawn < lower + upper:
        return [UPPER if case != NONE else NONE for case in cases]
    return cases


def as_written(text: str, rng: random.Random) -> str:
    """A lower-case, spaced-out text as people write it: some begin with a capital, some shout, and n't may join its verb."""
    if rng.random() < 0.5:
        text = text.replace(" n't", "n't")
    drawn = rng.random()
    if drawn < 0.5:
        return text[:1].upper() + text[1:]
    if drawn < 0.6:
        return text.upper()
    if drawn < 0.7:
        return " ".join(word.capitalize() if rng.random() < 0.3 else word for word in text.split(" "))
    return text
