"""The visible checks of 08_mnist, on mnist.ipynb as saved: run `pytest` in this folder."""


def test_visible(visible_check):
    visible_check()
