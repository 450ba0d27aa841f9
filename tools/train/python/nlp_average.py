"""Averages two trainings of cortex-nlp-en that began alike, and exports what comes of it.

Their weights lie in one basin, so that the average is better than either (model soups, Wortsman et al. 2022).
"""

import argparse
import json
from pathlib import Path

import torch

import nlp_measure
from export import export
from nlp import Recipe, load, rounded
from nlp_model import NlpModel
from tokens import Reader


def mixed(folders: list[Path], share: float) -> tuple[dict[str, torch.Tensor], list[list[float]]]:
    """Weights and transitions: `share` of the first, the rest of the second."""
    one, other = (torch.load(folder / "nlp.pt") for folder in folders)
    first, second = (torch.tensor(json.loads((folder / "transitions.json").read_text())) for folder in folders)
    weights = {name: share * one[name] + (1 - share) * other[name] for name in one}
    return weights, rounded((share * first + (1 - share) * second).tolist())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("encoder", "data", "one", "other", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--share", type=float, required=True)
    options = parser.parse_args()
    recipe = Recipe()
    weights, transitions = mixed([options.one, options.other], options.share)
    model = NlpModel(recipe.dropout)
    model.load_state_dict(weights)
    validation = load(options.data, recipe).validation
    print(json.dumps(nlp_measure.quality(model, Reader(options.encoder, recipe.max_tokens), validation, transitions)), flush=True)
    (options.out / "transitions.json").write_text(json.dumps(transitions))
    example = torch.ones(2, 8, dtype=torch.int64)
    export(model, {"input_ids": example, "attention_mask": example, "token_type_ids": example}, "tokens", options.out / "nlp.onnx")


if __name__ == "__main__":
    main()
