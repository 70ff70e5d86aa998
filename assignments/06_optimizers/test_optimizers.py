"""The visible checks of 06_optimizers, on optimizers.ipynb as saved: run `pytest` in this folder."""


def test_visible(visible_check):
    visible_check()
