"""The visible checks of 05_backpropagation, on backpropagation.ipynb as saved: run `pytest` in this folder."""


def test_visible(visible_check):
    visible_check()
