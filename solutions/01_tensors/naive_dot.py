r"""### `naive_dot`: two vectors become one number

$$x \cdot y = \sum_{i=1}^{D} x_i\, y_i \qquad x, y: (D,)$$

$$(1, 2, 3) \cdot (4, 5, 6) = 4 + 10 + 18 = 32$$

Numbers meet in pairs and are multiplied; the products are added up. One loop, one number. The order of the two
vectors does not matter. Think of a questionnaire: $x$ holds the answers, $y$ says how much each answer counts, and
the product is the score. A neuron does just this.
"""

from autograder import exercise, loops


def vectors(rng):
    return {
        "x": rng.normal(size=5),
        "y": rng.normal(size=5),
        "long_x": rng.normal(size=9),
        "long_y": rng.normal(size=9),
    }


@exercise
def naive_dot(x, y):
    """Multiply two vectors, pair by pair, and add up the products.

    Parameters
    ----------
    x, y : (D,) arrays of float

    Returns
    -------
    float
    """
    total = 0.0
    for i in range(len(x)):
        total += x[i] * y[i]
    return total


@naive_dot.check("the sum of the products", given=vectors)
def values(naive_dot, x, y, long_x, long_y):
    return {"the product of 5 pairs": naive_dot(x, y), "the product of 9 pairs": naive_dot(long_x, long_y)}


naive_dot.rule("a loop does the work", loops(x=1, y=1))

# fmt: off
slip = naive_dot.slip
# the sum
slip("keeps the last product", {"+=": "="},
     "Print your sum after each product. What has become of the products before?")
slip("starts at one", {"0.0": "1.0"}, "Try two vectors of zeros: what must come out?")
slip("list of products", {"total = 0.0": "total = []", "total += x[i] * y[i]": "total.append(x[i] * y[i])"},
     "How many numbers are a dot product?")
slip("products stay apart", {"total = 0.0": "total = np.zeros(len(x))", "total +=": "total[i] ="},
     "How many numbers are a dot product? Who adds up your products?")
slip("whole vectors in each step", {"x[i] * y[i]": "x * y"}, "How many numbers are added in one step of the loop?")
slip("average", {"return total": "return total / len(x)"},
     "Work out (1, 2, 3) times (4, 5, 6) by hand. Is anything divided?")
slip("whole numbers only", {"total += x[i] * y[i]": "total += int(x[i] * y[i])"},
     "What becomes of half a point in your total?")
# the products
slip("adds the pairs", {"] * y": "] + y"}, "What happens to two numbers that meet: are they added, or multiplied?")
slip("multiplies everything", {"0.0": "1.0", "+=": "*="}, "One number of x is 0. Is the whole answer 0 then?")
slip("squares x", {"y[i]": "x[i]"}, "Does your answer depend on `y` at all?")
slip("everybody meets everybody",
     {"    total += x[i] * y[i]": "    for j in range(len(y)):\n        total += x[i] * y[j]"},
     "How many products do two vectors of 3 numbers make in the example?")
slip("reads y backwards", {"y[i]": "y[-1 - i]"}, "Which number of `y` does the first number of `x` meet?")
slip("loses the signs", {"x[i] * y[i]": "abs(x[i] * y[i])"}, "Can a dot product be negative?")
# the walk and its end
slip("numbers for indices", {"range(len(x))": "x"}, "Print i. Is it a place in the vector, or what stands there?")
slip("range of a vector", {"range(len(x))": "range(x)"}, "`range` counts up to a number. Which number do you mean?")
slip("range of a shape", {"len(x)": "x.shape"}, "`range` counts up to a number. Is a shape one?")
slip("leaves out the last pair", {"len(x)": "len(x) - 1"}, "Which indices does your loop visit? Print them.")
slip("leaves out the first pair", {"range(": "range(1, "}, "Which index does the first number have?")
slip("first product only", {"return": "    return"}, "How often does the loop run before the function returns?")
slip("a length and a shape", {"total =": "assert len(x.shape) == y.shape\ntotal ="},
     "What do you compare: an int with a tuple?")
slip("misplaced parenthesis", {"total =": "assert len(x.shape == 1)\ntotal ="},
     "Read the parentheses of your assertion aloud: the length of what?")
slip("length of a number", {"total =": "assert len(x.shape[0]) == len(y.shape[0])\ntotal ="},
     "`x.shape[0]` is a number already. What length could it have?")
slip("asks for a second length", {"len(x)": "x.shape[1]"}, "How many axes has a vector, and how long is its shape?")
slip("no return", {"return total": ""}, "What does your function hand back to its caller?")
# fmt: on


@naive_dot.alternative
def sum_of_a_generator(x, y):
    return sum(a * b for a, b in zip(x, y))


@naive_dot.alternative
def from_the_end(x, y):
    total, i = 0, x.shape[0]
    while i > 0:
        i -= 1
        total = total + x[i] * y[i]
    return float(total)


@naive_dot.alternative
def by_recursion(x, y):
    if len(x) == 0:
        return 0.0
    return x[0] * y[0] + naive_dot(x[1:], y[1:])


@naive_dot.alternative
def list_and_sum(x, y):
    products = []
    for index, value in enumerate(x):
        products.append(value * y[index])
    return np.array(sum(products))
