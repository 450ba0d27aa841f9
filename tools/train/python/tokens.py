"""Texts as token rows, with the letter case of the word that each token belongs to."""

from dataclasses import dataclass
from pathlib import Path

from tokenizers import Encoding, Tokenizer

from letter_case import NONE, letter_case


@dataclass(frozen=True)
class Row:
    """One text with [CLS] and [SEP]. `words` holds the place of each word's first token, its start and its end in the text."""

    ids: list[int]
    cases: list[int]
    words: list[tuple[int, int, int]]


class Reader:
    def __init__(self, folder: Path, max_tokens: int):
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(max_tokens)

    def rows(self, texts: list[str]) -> list[Row]:
        return [row_of(text, encoding) for text, encoding in zip(texts, self.tokenizer.encode_batch(texts))]


def row_of(text: str, encoding: Encoding) -> Row:
    words: dict[int, tuple[int, int, int]] = {}
    for place, (word, (start, end)) in enumerate(zip(encoding.word_ids, encoding.offsets)):
        if word is not None:
            first, begin, _ = words.get(word, (place, start, end))
            words[word] = (first, begin, end)
    classes = {word: letter_case(text[start:end]) for word, (_, start, end) in words.items()}
    cases = [NONE if word is None else classes[word] for word in encoding.word_ids]
    return Row(encoding.ids, cases, list(words.values()))
