"""The visible checks of 03_forward, on forward.ipynb as saved: run `pytest` in this folder."""


def test_visible(visible_check):
    visible_check()
