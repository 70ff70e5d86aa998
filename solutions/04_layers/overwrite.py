r"""### `overwrite`: the same memory, new numbers

`grads = new` would let a name point to another array. Whoever held the old array, still holds the old numbers. This
function must change the numbers **inside** the array `target`:

- afterwards `target` holds the numbers of `source`, and so does everything that shares memory with it: another name,
  an entry of a list, a slice;
- `source` stays as it is, and what happens to `source` later does not reach `target`.

NumPy is obliging here: it stretches one row over many, and cuts 1.9 down to 1 to fit it into an array of integers,
without a word. This function is not. Raise

- `ValueError` if the shapes differ,
- `TypeError` if `target` holds integers and `source` holds floats.

In both cases `target` stays as it is. Integers may be written into an array of floats: nothing
is lost. What the function returns is not looked at.
"""

import numpy as np

from autograder import exercise

SHAPES = [(1, 3), (3,), (4, 1), (3, 4), (1, 4, 3)]  # NumPy fits four of them into (4, 3) without a word


def pairs(rng):
    return {
        "target": rng.normal(size=(4, 3)),
        "source": rng.normal(size=(4, 3)),
        "target2": rng.integers(-9, 9, size=5),
        "source2": rng.integers(10, 99, size=5),
    }


def single_numbers(rng):
    return {"target": rng.normal(size=()), "source": rng.normal(size=())}


def different_shapes(rng):
    return {"target": rng.normal(size=(4, 3)), "sources": [rng.normal(size=s) for s in SHAPES]}


@exercise
def overwrite(target, source):
    """Write the numbers of one array into the memory of another.

    Parameters
    ----------
    target : array of any shape; changed in place
    source : array of the same shape; it stays as it is
    """
    if target.shape != source.shape:
        raise ValueError("the shapes differ")
    if target.dtype.kind == "i" and source.dtype.kind == "f":
        raise TypeError("integers cannot hold floats")
    target[...] = source


@overwrite.check(
    "everybody who holds the array sees the new numbers",
    given=pairs,
    points={"a list that holds it": 0.2, "a slice of it": 0.2, "an array of integers": 0.2},
)
def seen_by_all(overwrite, target, source, target2, source2):
    held, part = [target], target[1:3]
    overwrite(target, source)
    overwrite(target2, source2)
    return {
        "a list that holds it": held[0].copy(),
        "a slice of it": part.copy(),
        "an array of integers": target2,
    }


@overwrite.check("an array of rank 0", given=single_numbers, points=0.2)
def rank_0(overwrite, target, source):
    before = target.copy()
    overwrite(target, source)
    return {"by how much target has changed": target - before}


@overwrite.check("source stays as it is, and goes its own way afterwards", given=pairs, points=0.4)
def apart(overwrite, target, source):
    overwrite(target, source)
    after = source.copy()
    source += 100
    return {"source": after, "target, when source changes later": target}


@overwrite.check(
    "another shape, or floats for integers: an error, and target is as before", given=different_shapes, points=0.8
)
def refused(overwrite, target, sources):
    def error(target, source):
        try:
            overwrite(target, source)
        except (ValueError, TypeError) as raised:
            return type(raised).__name__

    whole, held = np.round(10 * target).astype(int), target.copy()
    cast = error(whole, held)
    shapes = [error(held, source) for source in sources]
    return {
        "the number of ValueErrors, for 5 sources of another shape": shapes.count("ValueError"),
        "the number of TypeErrors, for floats into integers": int(cast == "TypeError"),
        "the integers afterwards": whole,
        "target afterwards": held.copy(),
        "the number of errors, for integers into floats": int(error(held, whole) is not None),
    }


# fmt: off
slip = overwrite.slip
# nothing changes for the others
slip("moves the name", {"target[...] = source": "target = source.copy()"},
     "Which of the two has moved, the numbers or the name? Look at the array that the caller still holds.")
slip("needs an axis", {"target[...] =": "target[:] ="},
     "An array of rank 0 has no axis to slice. Which index stands for all axes, however many there are?")
# other numbers
slip("adds", {"target[...] =": "target +="}, "Should the old numbers still count?")
slip("writes the first row", {"target[...] =": "target[0] ="}, "How many numbers should change: all, or one row?")
slip("turns it round", {"target[...] = source": "source[...] = target"},
     "Which of the two arrays should stay as it is?")
slip("swaps", {"target[...] = source": "target[...], source[...] = source.copy(), target.copy()"},
     "Print source before and after the call. Should it change as well?")
# too obliging
slip("stretches rows", {'raise ValueError("the shapes differ")': "source = np.broadcast_to(source, target.shape)"},
     "What if the shapes differ, but NumPy can make them fit? Try a source of one row.")
slip("cuts off fractions", {'raise TypeError("integers cannot hold floats")': "pass"},
     "What if the two arrays differ in dtype? Write 1.9 into an array of integers.")
slip("leaves it all to NumPy", {'raise ValueError("the shapes differ")': "pass",
                                'raise TypeError("integers cannot hold floats")': "pass"},
     "What does NumPy do if shape or dtype differ, and when does it complain? Try one row, and 1.9 into integers.")
slip("compares the sizes", {"target.shape != source.shape": "target.size != source.size"},
     "Two arrays can hold equally many numbers and differ in shape. What must agree?")
slip("compares the lengths", {"target.shape != source.shape": "len(target) != len(source)"},
     "Two matrices can have equally many rows and differ in shape. What must agree?")
slip("hands the errors back", {"raise ": "return "},
     "An exception that is returned is a value like any other, and nobody looks at it. Which word stops the caller?")
slip("compares the last lengths", {"target.shape != source.shape": "target.shape[-1] != source.shape[-1]"},
     "Two arrays can have equally many columns and differ in shape. What must agree?")
slip("asserts", {"if target.shape != source.shape:": "assert target.shape == source.shape\nif False:"},
     "Which exception does `assert` raise, and which one does the text name?")
slip("one exception for both", {"TypeError(": "ValueError("}, "Which exception does the text name for a dtype?")
slip("refuses everything for integers",
     {'target.dtype.kind == "i" and source.dtype.kind == "f"': 'target.dtype.kind == "i"'},
     "What is lost when integers are written into an array of integers?")
slip("refuses all floats", {'target.dtype.kind == "i" and source.dtype.kind == "f"': 'source.dtype.kind == "f"'},
     "What is lost when floats are written into an array of floats?")
slip("compares the ranks", {"target.shape != source.shape": "target.ndim != source.ndim"},
     "Two arrays can have equally many axes and differ in shape. What must agree?")
slip("wants equal dtypes", {'target.dtype.kind == "i" and source.dtype.kind == "f"': "target.dtype != source.dtype"},
     "What is lost when integers are written into an array of floats?")
slip("complains afterwards",
     {"if target.shape": "try:\n    target[...] = source\nexcept ValueError:\n    pass\nif target.shape"},
     "You raise the error, but what has already happened to target by then?")
# fmt: on

overwrite.equivalent(
    "raise TypeError('integers cannot hold floats')",
    "raise 'integers cannot hold floats'",
    "whoever raises a text gets a TypeError as well",
)


@overwrite.alternative
def with_copyto(target, source):
    if np.shape(target) != np.shape(source):
        raise ValueError(f"{np.shape(source)} does not fit into {np.shape(target)}")
    np.copyto(target, source)  # refuses to cast floats to integers


@overwrite.alternative
def with_a_flat_loop(target, source):
    if target.shape != source.shape:
        raise ValueError
    if not np.can_cast(source.dtype, target.dtype, casting="same_kind"):
        raise TypeError
    for index in np.ndindex(*target.shape):
        target[index] = source[index]


@overwrite.alternative
def in_two_steps(target, source):
    if target.ndim != source.ndim or any(a != b for a, b in zip(target.shape, source.shape)):
        raise ValueError("shapes")
    if np.issubdtype(target.dtype, np.integer) and not np.issubdtype(source.dtype, np.integer):
        raise TypeError("dtypes")
    target *= 0
    target += source
