"""Measures cortex-nlp-en, once, on data that neither its training nor its choice has seen, and writes golden cases.

`graph` and `reference` are the int8 graph as served and its float32 form.
"""

import argparse
import json
from pathlib import Path

import numpy
import onnxruntime

import nlp_measure
from nlp import Recipe
from nlp_model import TAGS
from spans import decode
from sst2_split import split
from texts import sst2, wikiann, wnut17
from tokens import Reader, Row

MAX_TOKENS = 512
GOLDEN = [
    "Barack Obama visited Berlin in 2013.",
    "THE EUROPEAN UNION SENT ANGELA MERKEL TO PARIS",
    "watching the lakers with john in new york tonight lol",
    "eBay and McDonald's are in Zürich; O'Neill isn't.",
    "The film wasn't good, it was wonderful!",
    "A dull, lifeless bore of a movie.",
    "I. M. Pei built the Louvre's pyramid (1989).",
    "ÉCOLE Straße ǅ İstanbul 東京Tokyo 🙂",
    "",
]


class Graph:
    def __init__(self, path: Path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def __call__(self, rows: list[Row]) -> numpy.ndarray:
        longest = max(len(row.ids) for row in rows)
        filled = lambda values: numpy.array([[*row, *[0] * (longest - len(row))] for row in values], dtype=numpy.int64)
        feeds = {"input_ids": [row.ids for row in rows], "attention_mask": [[1] * len(row.ids) for row in rows], "token_type_ids": [row.cases for row in rows]}
        return self.session.run(["tokens"], {name: filled(values) for name, values in feeds.items()})[0]


def probabilities(logits: numpy.ndarray, temperature: float) -> numpy.ndarray:
    grown = numpy.exp((logits - logits.max(-1, keepdims=True)) / temperature)
    return grown / grown.sum(-1, keepdims=True)


def calibration(graph: Graph, reader: Reader, opinions, temperature: float) -> dict[str, float]:
    """Mean surprise (nats) of the sentiment's probabilities, and their expected calibration error in ten bins."""
    rows = reader.rows([one.text for one in opinions])
    chances = probabilities(numpy.array([logits[0, TAGS:] for logits in nlp_measure.outputs(graph, rows)]), temperature)
    gold = numpy.array([int(one.positive) for one in opinions])
    sure, right = chances.max(-1), chances.argmax(-1) == gold
    bins = numpy.minimum((sure * 10).astype(int), 9)
    error = sum(abs(sure[bins == one].mean() - right[bins == one].mean()) * (bins == one).mean() for one in set(bins.tolist()))
    return {"surprise": round(float(-numpy.log(chances[range(len(gold)), gold]).mean()), 4), "calibrationError": round(float(error), 4)}


def best_temperature(graph: Graph, reader: Reader, opinions) -> float:
    candidates = [round(0.5 + 0.1 * place, 1) for place in range(31)]
    return min(candidates, key=lambda one: calibration(graph, reader, opinions, one)["surprise"])


def golden(graph: Graph, reader: Reader, transitions) -> list[dict]:
    cases = []
    for text, row in zip(GOLDEN, reader.rows(GOLDEN)):
        logits = graph([row])[0]
        spans = [(utf16(text, start), utf16(text, stop), label) for start, stop, label in decode(row, logits[:, :TAGS].tolist(), transitions)]
        cases.append({"text": text, "ids": row.ids, "cases": row.cases, "logits": numpy.round(logits, 4).tolist(), "spans": spans})
    return cases


def utf16(text: str, place: int) -> int:
    return len(text[:place].encode("utf-16-le", "surrogatepass")) // 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("encoder", "data", "graph", "reference", "transitions", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args()
    reader = Reader(options.encoder, MAX_TOKENS)
    opinions = split(sst2(options.data), Recipe.seed)
    sets = nlp_measure.Sets({"wikiann": wikiann(options.data, "dev"), "wnut17": wnut17(options.data, "dev")}, {"sst2": opinions.held_out})

    transitions = json.loads(options.transitions.read_text())
    int8, fp32 = Graph(options.graph), Graph(options.reference)
    temperature = best_temperature(int8, reader, opinions.validation)
    rows = reader.rows([" ".join(one.words) for one in sets.entities["wnut17"]])
    result = {
        "temperature": temperature,
        "transitions": transitions,
        "int8": nlp_measure.measured(int8, reader, sets, transitions),
        "fp32": nlp_measure.measured(fp32, reader, sets, transitions),
        "sentiment": calibration(int8, reader, opinions.held_out, temperature),
        "fidelity": likeness(nlp_measure.outputs(int8, rows), nlp_measure.outputs(fp32, rows)),
        "golden": golden(int8, reader, transitions),
    }
    options.out.write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")


def likeness(ours: list[numpy.ndarray], theirs: list[numpy.ndarray]) -> float:
    """Mean cosine of the tokens' logits."""
    cosines = [(a * b).sum(-1) / (numpy.linalg.norm(a, axis=-1) * numpy.linalg.norm(b, axis=-1)) for a, b in zip(ours, theirs)]
    return round(float(numpy.concatenate(cosines).mean()), 5)


if __name__ == "__main__":
    main()
