"""The letter case of words, which an uncased encoder is told beside its tokens. The product's form is in libs/core/text-models."""

NONE, LOWER, CAPITALIZED, UPPER, MIXED = range(5)
CLASSES = 5


def letter_case(word: str) -> int:
    """`NONE` without cased letters; one upper letter alone is `CAPITALIZED`."""
    cased = [is_upper(letter) for letter in word if is_upper(letter) or is_lower(letter)]
    if not cased:
        return NONE
    if not any(cased):
        return LOWER
    if cased[0] and not any(cased[1:]):
        return CAPITALIZED
    return UPPER if all(cased) else MIXED


def is_upper(letter: str) -> bool:
    return letter.lower() != letter


def is_lower(letter: str) -> bool:
    return letter.upper() != letter and not is_upper(letter)
