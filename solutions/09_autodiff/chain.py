r"""### `chain`: rates multiply

Three gears: when $x$ turns once, $a$ turns 3 times. When $a$ turns once, $b$ turns 2 times. When $b$ turns once, $y$
turns half a time. So when $x$ turns once, $y$ turns $\tfrac12 \cdot 2 \cdot 3 = 3$ times:

$$\frac{dy}{dx} = \frac{dy}{db} \cdot \frac{db}{da} \cdot \frac{da}{dx}$$

`derivatives` is the list of the numbers along one path through a graph, one for each edge. A path without edges leads
from $x$ to $x$ itself: an empty list stands for the derivative of $x$ by $x$.
"""

import numpy as np

from autograder import exercise


def numbers(rng, count):
    return [float(number) for number in rng.uniform(0.3, 3, size=count) * rng.choice([-1, 1], size=count)]


def paths(rng):
    return {"short": numbers(rng, 2), "long": numbers(rng, 5), "single": numbers(rng, 1)}


def inner_and_outer(rng):
    return {"x": float(rng.uniform(0.5, 1.5)), "power": int(rng.integers(3, 7))}


@exercise
def chain(derivatives):
    """The derivative along a path.

    Parameters
    ----------
    derivatives : list of float, one for each edge of the path; it stays as it is

    Returns
    -------
    float
    """
    product = 1.0
    for derivative in derivatives:
        product *= derivative
    return product


@chain.check("paths of two, five, one and no edges", given=paths)
def along_paths(chain, short, long, single):
    return {"two": chain(short), "five": chain(long), "one": chain(single), "none, and two": [chain([]), chain(short)]}


@chain.check(
    "the derivative of sin(x)^n is that of the outside, at sin(x), and that of the inside", given=inner_and_outer
)
def sine_to_a_power(chain, x, power):
    return chain([power * np.sin(x) ** (power - 1), np.cos(x)])


@sine_to_a_power.expected
def central_difference(chain, x, power):
    return (np.sin(x + 1e-6) ** power - np.sin(x - 1e-6) ** power) / 2e-6


# fmt: off
slip = chain.slip
slip("a sum", {"product = 1.0": "product = 0.0", "*=": "+="},
     "Each of three gears doubles the speed. Does the last one turn 8 times, or 2 + 2 + 2 times?")
slip("begins at zero", {"1.0": "0.0"}, "Your answer is 0 for every path. What must a product begin with?")
slip("one and a sum", {"*=": "+="}, "If one gear on the way stands still, does the last one turn?")
slip("the last edge only", {"*=": "="}, "Who else on the path has changed the speed?")
slip("the ends only", {"in derivatives": "in derivatives[:1] + derivatives[1:][-1:]"},
     "A path may have more than two edges. Which of yours count?")
slip("a mean", {"return product": "return product ** (1 / max(len(derivatives), 1))"},
     "Three gears that double make 8, not 2. What have you done to the product at the end?")
slip("returns on the way", {"return product": "    return product"},
     "How often does the loop run before the function returns?")
slip("divides", {"*=": "/="}, "A gear that turns 3 times as fast: is the next one faster for it, or slower?")
slip("loses the sign", {"*= derivative": "*= abs(derivative)"}, "A gear that turns the other way: what becomes of it?")
slip("nothing for no edges", {"product = 1.0": "product = 1.0 if derivatives else 0.0"},
     "If x moves by a little, by how much does x move?")
slip("first edge needed", {"product = 1.0": "product = derivatives[0]", "in derivatives": "in derivatives[1:]"},
     "What is at place 0 of an empty path?")
slip("empties the list",
     {"for derivative in derivatives:\n": "while derivatives:\n    derivative = derivatives.pop()\n"},
     "Print the list after the call. Is it yours to empty?")
slip("no return", {"return ": ""}, "What does your function hand back?")
# fmt: on


@chain.alternative
def with_numpy(derivatives):
    return np.prod(derivatives)


@chain.alternative
def by_recursion(derivatives):
    if not derivatives:
        return 1
    first, *rest = derivatives
    return first * chain(rest)


@chain.alternative
def folded(derivatives):
    from functools import reduce

    return reduce(lambda slope, edge: slope * edge, derivatives, 1.0)


@chain.alternative
def from_the_end(derivatives):
    import math

    return math.prod(reversed(derivatives))
