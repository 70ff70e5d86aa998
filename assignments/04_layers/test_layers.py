"""The visible checks of 04_layers, on layers.ipynb as saved: run `pytest` in this folder."""


def test_visible(visible_check):
    visible_check()
