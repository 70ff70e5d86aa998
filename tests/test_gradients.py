"""The references' gradients beside those of HIPS autograd, which needs the formulas of the forward pass only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad, make_vjp
from conftest import REPOSITORY

from autograder.course import Course

COURSE = Course(REPOSITORY)
RNG = np.random.default_rng(11)
N, D, H, C = 5, 4, 7, 3
LABELS = np.array([2, 0, 1, 1, 2])
ONE_HOT = np.eye(C)[LABELS]


def normal(*shape: int) -> Any:
    return RNG.normal(size=shape)


def reference(assignment: str, name: str) -> Any:
    return COURSE.assignment(assignment).definitions[name]


def close(got: Any, right: Any) -> None:
    assert np.shape(got) == np.shape(right)
    np.testing.assert_allclose(got, right, rtol=1e-9, atol=1e-12)


# -- the formulas, forward only ------------------------------------------------------------------------------------


def sigmoid(x: Any) -> Any:
    return 1 / (1 + anp.exp(-x))


def cross_entropy(scores: Any, one_hot: Any = ONE_HOT) -> Any:
    """Mean of -log softmax, at the right classes."""
    return anp.mean(anp.log(anp.sum(anp.exp(scores), axis=1)) - anp.sum(scores * one_hot, axis=1))


def two_layers(x: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    return sigmoid(x @ W1 + b1) @ W2 + b2


def gradients(loss: Callable[..., Any], arguments: list[Any]) -> list[Any]:
    return [grad(loss, place)(*arguments) for place in range(len(arguments))]


PARAMS = [normal(D, H), normal(H), normal(H, C), normal(C)]

# -- layers with forward, backward, params and grads ---------------------------------------------------------------

LAYERS: dict[str, tuple[str, list[Any], Any, Callable[..., Any]]] = {
    "Repeat": ("04_layers", [N], normal(1, D), lambda x: anp.ones((N, 1)) @ x),
    "Sum": ("04_layers", [], normal(N, D), lambda x: anp.sum(x, axis=0, keepdims=True)),
    "MatMul": ("04_layers", [normal(D, H)], normal(N, D), lambda x, W: x @ W),
    "Affine": ("04_layers", [normal(D, H), normal(H)], normal(N, D), lambda x, W, b: x @ W + b),
    "Relu": ("04_layers", [], normal(N, H), lambda x: anp.maximum(x, 0)),
    "Sigmoid": ("04_layers", [], normal(N, H), sigmoid),
    "Tanh": ("04_layers", [], normal(N, H), anp.tanh),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layer(name: str) -> None:
    assignment, arguments, x, formula = LAYERS[name]
    layer = reference(assignment, name)(*arguments)
    for stretch in (1.0, -0.7):  # a second call, with other numbers
        here = x * stretch
        out = layer.forward(here)
        known = [here, *layer.params]
        close(out, formula(*known))
        dout = normal(*out.shape)
        dx = layer.backward(dout)
        for place, gradient in enumerate([dx, *layer.grads]):
            vjp, _ = make_vjp(formula, place)(*known)
            close(gradient, vjp(dout))


@pytest.mark.parametrize("t", [LABELS, ONE_HOT], ids=["labels", "one-hot"])
def test_softmax_with_loss(t: Any) -> None:
    layer, scores = reference("04_layers", "SoftmaxWithLoss")(), 3 * normal(N, C)
    close(layer.forward(scores, t), cross_entropy(scores))
    close(layer.backward(0.3), 0.3 * grad(cross_entropy)(scores))


def test_output_gradient() -> None:
    scores = normal(N, C)
    softmax = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    close(reference("03_forward", "output_gradient")(softmax, ONE_HOT), grad(cross_entropy)(scores))


def test_square_loss_gradients() -> None:
    inputs, targets, W, b = normal(N, D), normal(N, 1), normal(D, 1), normal(1)

    def loss(W: Any, b: Any) -> Any:
        return anp.mean((inputs @ W + b - targets) ** 2)

    found = reference("02_linear_classifier", "square_loss_gradients")(inputs, targets, W, b)
    for one, other in zip(found, gradients(loss, [W, b]), strict=True):
        close(one, other)


@pytest.mark.parametrize(("name", "formula"), [("Sigmoid", sigmoid), ("Tanh", anp.tanh)])
def test_slopes_of_activations(name: str, formula: Callable[[Any], Any]) -> None:
    activation, x = reference("05_backpropagation", name)(), normal(H)
    close(activation(x), formula(x))
    close(activation.grad(), grad(lambda x: anp.sum(formula(x)))(x))


def half_mean_square(h: Any, y: Any) -> Any:
    return anp.mean((h - y) ** 2) / 2


def test_mean_squared_error() -> None:
    loss, h, y = reference("05_backpropagation", "MeanSquaredError")(), normal(C), normal(C)
    close(loss(h, y), half_mean_square(h, y))
    close(loss.grad(), grad(half_mean_square)(h, y))


def test_dense_layer_for_one_sample() -> None:
    W, b, x, dh = normal(D, H), normal(H), normal(D), normal(H)
    layer = reference("05_backpropagation", "Dense")(W, b, reference("05_backpropagation", "Tanh"))

    def pushed(W: Any, b: Any, x: Any) -> Any:
        return anp.sum(dh * anp.tanh(W.T @ x + b))

    layer(x)
    right = gradients(pushed, [W, b, x])
    for method, gradient in zip((layer.grad_W, layer.grad_b, layer.grad_x), right, strict=True):
        close(method(dh), gradient)


@pytest.mark.parametrize("way", ["calc_gradient", "backpropagate"])
def test_network_of_dense_layers(way: str) -> None:
    dense, tanh = (reference("05_backpropagation", name) for name in ("Dense", "Tanh"))
    arrays, x, y = [normal(D, H), normal(H), normal(H, C), normal(C)], normal(D), normal(C)
    layers = [dense(*arrays[:2], tanh), dense(*arrays[2:], tanh)]

    def loss(W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
        return half_mean_square(anp.tanh(W2.T @ anp.tanh(W1.T @ x + b1) + b2), y)

    network = reference("05_backpropagation", "DNN")(layers)
    price = getattr(network, way)(x, y, reference("05_backpropagation", "MeanSquaredError")())
    close(price, loss(*arrays))
    found = [gradient for layer in layers for gradient in (layer.dW, layer.db)]
    for one, other in zip(found, gradients(loss, arrays), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12 if way == "backpropagate" else 1e-8)


def test_affine_layer_and_sigmoid_of_the_digits() -> None:
    X, W, b, dy = normal(N, D), normal(D, H), normal(H), normal(N, H)
    found = reference("08_mnist", "affine_layer_backward")(dy, (X, W, b))
    for one, other in zip(found, gradients(lambda X, W, b: anp.sum(dy * (X @ W + b)), [X, W, b]), strict=True):
        close(one, other)
    z = normal(N, H)
    close(reference("08_mnist", "sigmoid_gradient")(z), grad(lambda z: anp.sum(sigmoid(z)))(z))


class Recorder:
    """An optimizer that keeps the gradients, and changes nothing."""

    def update(self, params: Any, grads: Any) -> None:
        self.grads = [np.array(gradient) for gradient in grads]


def test_train_step_of_the_digits() -> None:
    X, optimizer = normal(N, D), Recorder()
    loss = reference("08_mnist", "train_step")(X, LABELS, [p.copy() for p in PARAMS], optimizer)
    np.testing.assert_allclose(loss, cross_entropy(two_layers(X, *PARAMS)), rtol=1e-4)  # 1e-7 within its logarithm
    right = gradients(lambda *params: cross_entropy(two_layers(X, *params)), PARAMS)
    for one, other in zip(optimizer.grads, right, strict=True):
        close(one, other)


def test_naive_layers_of_the_digits() -> None:
    definitions = COURSE.assignment("08_mnist").definitions
    rng = np.random.default_rng(0)
    dense = definitions["NaiveDense"]
    model = definitions["NaiveSequential"](
        [dense(D, H, definitions["relu"], rng), dense(H, C, definitions["softmax"], rng)]
    )
    for weight, array in zip(model.weights, PARAMS, strict=True):
        weight[...] = array
    X = normal(N, D)

    def loss(W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
        return cross_entropy(anp.maximum(X @ W1 + b1, 0) @ W2 + b2)

    before = [weight.copy() for weight in model.weights]
    definitions["one_training_step"](model, X, LABELS, 0.01)
    for old, new, gradient in zip(before, model.weights, gradients(loss, before), strict=True):
        np.testing.assert_allclose((old - new) / 0.01, gradient, rtol=1e-8, atol=1e-10)


# -- the tape ----------------------------------------------------------------------------------------------------

w, a, row, table = normal(D, C), normal(N, D), normal(C), normal(N, C)
TAPES: dict[str, tuple[list[Any], Callable[..., Any], Callable[..., Any]]] = {
    "2 x + 3": ([np.array(1.5)], lambda d, x: 2 * x + 3, lambda x: 2 * x + 3),
    "2 X + 3": ([normal(N, D)], lambda d, x: (2 * x + 3).sum(), lambda x: anp.sum(2 * x + 3)),
    "x @ W + b": ([w, row], lambda d, W, b: ((a @ W + b) * table).sum(), lambda W, b: anp.sum((a @ W + b) * table)),
    "X @ W": ([a, w], lambda d, X, W: ((X @ W) * table).sum(), lambda X, W: anp.sum((X @ W) * table)),
    "used twice": ([row], lambda d, x: (x * x + x * 3.0).sum(), lambda x: anp.sum(x * x + 3 * x)),
    "relu": ([table], lambda d, x: (d["relu"](x) * table).sum(), lambda x: anp.sum(anp.maximum(x, 0) * table)),
    "sigmoid": ([table], lambda d, x: (d["sigmoid"](x) * table).sum(), lambda x: anp.sum(sigmoid(x) * table)),
    "log": ([np.exp(table)], lambda d, x: (d["log"](x) * table).sum(), lambda x: anp.sum(anp.log(x) * table)),
    "square": ([table], lambda d, x: (d["square"](x) * table).mean(), lambda x: anp.mean(x**2 * table)),
    "sum over an axis": (
        [table],
        lambda d, x: (x.sum(axis=0) * row).sum() + (x.sum(axis=1) * x.sum(axis=1)).mean(),
        lambda x: anp.sum(anp.sum(x, axis=0) * row) + anp.mean(anp.sum(x, axis=1) ** 2),
    ),
    "stretched": (
        [row, normal(N, 1), np.array(0.3)],
        lambda d, r, c, s: (r * c * s + c).mean(),
        lambda r, c, s: anp.mean(r * c * s + c),
    ),
    "minus and divided": (
        [table, row],
        lambda d, x, y: ((x - y) / (y * y + 1)).sum(),
        lambda x, y: anp.sum((x - y) / (y * y + 1)),
    ),
}


@pytest.mark.parametrize("name", TAPES)
def test_tape(name: str) -> None:
    values, ours, formula = TAPES[name]
    definitions = COURSE.assignment("09_autodiff").definitions
    sources = [definitions["Variable"](value) for value in values]
    with definitions["GradientTape"]() as tape:
        target = ours(definitions, *sources)
    close(target.value, formula(*values))
    for one, other in zip(tape.gradient(target, sources), gradients(formula, values), strict=True):
        close(one, other)


def test_step_with_the_tape() -> None:
    definitions = COURSE.assignment("09_autodiff").definitions
    inputs, targets, arrays = normal(N, D), normal(N, 1), [normal(D, 1), normal(1)]
    W, b = (definitions["Variable"](value.copy()) for value in arrays)

    def loss(W: Any, b: Any) -> Any:
        return anp.mean((inputs @ W + b - targets) ** 2)

    close(definitions["training_step"](inputs, targets, W, b, 0.05), loss(*arrays))
    for variable, old, gradient in zip((W, b), arrays, gradients(loss, arrays), strict=True):
        np.testing.assert_allclose((old - variable.value) / 0.05, gradient, rtol=1e-9, atol=1e-12)


# -- whole networks ----------------------------------------------------------------------------------------------


def test_network_of_the_spiral() -> None:
    network = reference("07_training", "TwoLayerNet")(D, H, C, np.random.default_rng(0))
    for param, array in zip(network.params, PARAMS, strict=True):
        param[...] = array
    x = normal(N, D)
    close(network.forward(x, ONE_HOT), cross_entropy(two_layers(x, *PARAMS)))
    network.backward(0.3)
    right = gradients(lambda *params: 0.3 * cross_entropy(two_layers(x, *params)), PARAMS)
    for one, other in zip(network.grads, right, strict=True):
        close(one, other)


def test_network_of_the_street_numbers() -> None:
    definitions = COURSE.assignment("10_svhn").definitions
    model = definitions["Network"]([2 * 2 * 3, H, 6, 10], np.random.default_rng(0), dtype=float)
    images, one_hot, optimizer = normal(N, 2, 2, 3), np.eye(10)[LABELS], Recorder()

    def loss(W1: Any, b1: Any, W2: Any, b2: Any, W3: Any, b3: Any) -> Any:
        first = anp.maximum(images.reshape(N, -1) @ W1 + b1, 0)
        return cross_entropy(anp.maximum(first @ W2 + b2, 0) @ W3 + b3, one_hot)

    metrics = definitions["Mean"](), definitions["SparseCategoricalAccuracy"]()
    definitions["train_step"](model, images, LABELS, definitions["SoftmaxWithLoss"](), optimizer, *metrics)
    close(metrics[0].result(), loss(*model.params))
    for one, other in zip(optimizer.grads, gradients(loss, model.params), strict=True):
        close(one, other)
