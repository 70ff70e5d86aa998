"""The visible checks of 01_tensors, on tensors.ipynb as saved: run `pytest` in this folder."""


def test_visible(visible_check):
    visible_check()
