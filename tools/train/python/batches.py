"""Batches of examples of alike length, so that little is padded."""

import random
from collections.abc import Callable, Iterator
from typing import TypeVar

T = TypeVar("T")

# Examples are sorted within pools of this many batches, so that batches of one epoch still differ from those of the next.
POOL = 20


def endless(examples: list[T], size: int, length: Callable[[T], int], rng: random.Random) -> Iterator[list[T]]:
    """Batches for ever, each epoch in a new order; empty ones of size 0."""
    while size == 0:
        yield []
    while True:
        order = rng.sample(examples, len(examples))
        for start in range(0, len(order) - size + 1, size * POOL):
            batches = by_length(order[start : start + size * POOL], size, length)
            yield from rng.sample(batches, len(batches))


def by_length(examples: list[T], size: int, length: Callable[[T], int]) -> list[list[T]]:
    examples = sorted(examples, key=length)
    return [examples[start : start + size] for start in range(0, len(examples), size)]
