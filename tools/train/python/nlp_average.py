"""Averages two trainings of cortex-nlp-en that began alike.

Their weights lie in one basin, so that the average is better than either (model soups, Wortsman et al. 2022).
"""

import argparse
import json
from pathlib import Path

import torch

from nlp import rounded


def mixed(folders: list[Path], share: float) -> tuple[dict[str, torch.Tensor], list[list[float]]]:
    """Weights and transitions: `share` of the first, the rest of the second."""
    one, other = (torch.load(folder / "nlp.pt") for folder in folders)
    first, second = (torch.tensor(json.loads((folder / "transitions.json").read_text())) for folder in folders)
    weights = {name: share * one[name] + (1 - share) * other[name] for name in one}
    return weights, rounded((share * first + (1 - share) * second).tolist())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("one", "other", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--share", type=float, required=True)
    options = parser.parse_args()
    weights, transitions = mixed([options.one, options.other], options.share)
    options.out.mkdir(parents=True, exist_ok=True)
    torch.save(weights, options.out / "nlp.pt")
    (options.out / "transitions.json").write_text(json.dumps(transitions))


if __name__ == "__main__":
    main()
