"""Learning rates over a training."""


def pace(step: int, warm_up: int, steps: int) -> float:
    """Share of the full learning rate: up over `warm_up` steps, then down to nothing in a line."""
    return min((step + 1) / warm_up, max(0.0, (steps - step) / (steps - warm_up)))
