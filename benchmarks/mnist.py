"""The full MNIST, with the references of 08_mnist: the table in that notebook. `python benchmarks/mnist.py`"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from autograder.course import Course
from autograder.datasets import mnist

GIVEN = Course.find(Path(__file__).parent).assignment("08_mnist").definitions
RELU_NETWORKS = {  # first weights, learning rate, shuffled
    "784-512-10 as in the source: uniform(0, 0.1), lr 0.001, in order": ("uniform", 0.001, False),
    "784-512-10 He, lr 0.001": ("He", 0.001, True),
    "784-512-10 uniform(0, 0.1), lr 0.1": ("uniform", 0.1, True),
    "784-512-10 He, lr 0.1": ("He", 0.1, True),
}
SIGMOID_NETWORK = "784-50-10 sigmoid, Adam 0.001, batches of 32"
Epoch = tuple[float, float]  # mean loss of the steps, accuracy on the test pictures


def relu_network(weights: str, rate: float, shuffled: bool, data: Any, rng: Any) -> Iterator[Epoch]:
    """Train with `fit` and batches of 128, without end."""
    x, t, x_test, t_test = data
    layers = [GIVEN["NaiveDense"](784, 512, GIVEN["relu"], rng), GIVEN["NaiveDense"](512, 10, GIVEN["softmax"], rng)]
    if weights == "uniform":
        for layer in layers:
            layer.W[...] = rng.uniform(0, 0.1, size=layer.W.shape)
    model = GIVEN["NaiveSequential"](layers)
    while True:
        losses = GIVEN["fit"](model, x, t, 1, 128, rate, rng if shuffled else None)
        yield float(np.mean(losses)), GIVEN["evaluate"](model, x_test, t_test)


def sigmoid_network(data: Any, rng: Any) -> Iterator[Epoch]:
    """Train with `train_step` and Adam, without end."""
    x, t, x_test, t_test = data
    params, optimizer = GIVEN["sigmoid_network"](784, 50, 10, rng), GIVEN["Adam"](0.001)
    while True:
        batches = GIVEN["BatchGenerator"](x, t, 32, rng)
        losses = [GIVEN["train_step"](*batches.next(), params, optimizer) for _ in range(batches.num_batches)]
        guesses = GIVEN["sigmoid_network_scores"](params, x_test).argmax(axis=1)
        yield float(np.mean(losses)), float(np.mean(guesses == t_test))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    images, labels, test_images, test_labels = mnist()
    data = (*GIVEN["preprocess"](images, labels), *GIVEN["preprocess"](test_images, test_labels))
    runs = {
        name: relu_network(*row, data, np.random.default_rng(arguments.seed)) for name, row in RELU_NETWORKS.items()
    }
    runs[SIGMOID_NETWORK] = sigmoid_network(data, np.random.default_rng(arguments.seed))
    for name, run in runs.items():
        print(name)
        for epoch in range(1, arguments.epochs + 1):
            started = time.perf_counter()
            loss, accuracy = next(run)
            seconds = time.perf_counter() - started
            print(f"  epoch {epoch:2}: loss {loss:.3f}, accuracy {accuracy:.4f}, {seconds:.1f} s", flush=True)


if __name__ == "__main__":
    main()
