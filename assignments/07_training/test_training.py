"""The visible checks of 07_training, on training.ipynb as saved: run `pytest` in this folder."""


def test_visible(visible_check):
    visible_check()
