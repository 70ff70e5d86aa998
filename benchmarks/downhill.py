"""How far downhill the first steps of right networks go: what `own_network` of 07_training measures, for many of them.

    python benchmarks/downhill.py --seeds 2

Networks of one to three hidden layers with tanh, relu or sigmoid, small or scaled weights, and five optimizers.
"""

from __future__ import annotations

import argparse
import itertools
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

EXERCISE = runpy.run_path(str(Path(__file__).parents[1] / "solutions/07_training/own_network.py"))
ACTIVATIONS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {  # with the slope, from the output
    "tanh": (np.tanh, lambda h: 1 - h**2),
    "relu": (lambda a: np.maximum(a, 0), lambda h: h > 0),
    "sigmoid": (lambda a: 1 / (1 + np.exp(-a)), lambda h: h * (1 - h)),
}
OPTIMIZERS = {"SGD": 1.0, "momentum": 0.3, "Nesterov": 0.3, "RMSprop": 0.003, "Adam": 0.01}  # and their rates


class Network:
    """A right `own_network`."""

    def __init__(self, sizes: list[int], scale: float, activation: str, optimizer: str, rng: Any) -> None:
        self.bend, self.slope = ACTIVATIONS[activation]
        self.optimizer, self.rate, self.t = optimizer, OPTIMIZERS[optimizer], 0
        weights = [rng.normal(size=pair) * (scale or 1 / np.sqrt(pair[0])) for pair in itertools.pairwise(sizes)]
        weights[-1] *= 0.1
        self.params = [array for W in weights for array in (W, np.zeros(W.shape[1]))]
        self.m, self.v = ([np.zeros_like(array) for array in self.params] for _ in range(2))

    def forward(self, x: Any) -> list[Any]:
        outputs = [x]
        for W, b in zip(self.params[:-2:2], self.params[1:-2:2], strict=True):
            outputs.append(self.bend(outputs[-1] @ W + b))
        return [*outputs, outputs[-1] @ self.params[-2] + self.params[-1]]

    def predict(self, x: Any) -> Any:
        return self.forward(x)[-1]

    def step(self, x: Any, t: Any) -> float:
        *outputs, scores = self.forward(x)
        log_y = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
        d, grads = (np.exp(log_y) - np.eye(scores.shape[1])[t]) / len(t), []
        for h, W in zip(outputs[::-1], self.params[-2::-2], strict=True):
            grads = [h.T @ d, d.sum(axis=0), *grads]
            d = (d @ W.T) * self.slope(h)
        self.t += 1
        for i, grad in enumerate(grads):
            self.params[i] -= self.rate * self.direction(i, grad)
        return -float(np.mean(log_y[np.arange(len(t)), t]))

    def direction(self, i: int, grad: Any) -> Any:
        if self.optimizer == "SGD":
            return grad
        if self.optimizer in ("momentum", "Nesterov"):
            self.m[i] = 0.9 * self.m[i] + grad
            return self.m[i] if self.optimizer == "momentum" else grad + 0.9 * self.m[i]
        decay = 0.99 if self.optimizer == "RMSprop" else 0.999
        self.v[i] = decay * self.v[i] + (1 - decay) * grad**2
        if self.optimizer == "RMSprop":
            return grad / (np.sqrt(self.v[i]) + 1e-8)
        self.m[i] = 0.9 * self.m[i] + 0.1 * grad
        return self.m[i] / (1 - 0.9**self.t) / (np.sqrt(self.v[i] / (1 - 0.999**self.t)) + 1e-8)


def cosine(depth: int, scale: float, activation: str, optimizer: str, seed: int) -> float:
    def own_network(inputs: int, hidden: int, outputs: int, rng: Any) -> Network:
        return Network([inputs, *[hidden] * depth, outputs], scale, activation, optimizer, rng)

    inputs = EXERCISE["small_steps"](np.random.default_rng(seed))
    inputs = {name: value for name, value in inputs.items() if name != "t_unseen"} | {"unit": 1.0}
    return float(EXERCISE["in_training"](own_network, **inputs | {"at_least": -1.0}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=2)
    seeds = range(parser.parse_args().seeds)
    kinds = list(itertools.product((1, 2, 3), (0.01, 0.1, 0.0), ACTIVATIONS, OPTIMIZERS))
    found = sorted((cosine(*kind, seed), *kind) for kind in kinds for seed in seeds)
    print(f"{len(found)} networks of {len(kinds)} kinds; the ten lowest cosines, with depth, scale (0: by size), kind:")
    for value, *kind in found[:10]:
        print(f"{value:.3f}", *kind)


if __name__ == "__main__":
    main()
