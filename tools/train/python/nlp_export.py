"""Exports a training of cortex-nlp-en as a graph in float32."""

import argparse
from pathlib import Path

import torch

from export import export
from nlp import Recipe
from nlp_model import NlpModel


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("training", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args()
    model = NlpModel(Recipe.dropout)
    model.load_state_dict(torch.load(options.training / "nlp.pt"))
    example = torch.ones(2, 8, dtype=torch.int64)
    export(model, {"input_ids": example, "attention_mask": example, "token_type_ids": example}, "tokens", options.out)


if __name__ == "__main__":
    main()
