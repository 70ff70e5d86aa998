"""The visible checks of 09_autodiff, on autodiff.ipynb as saved: run `pytest` in this folder."""


def test_visible(visible_check):
    visible_check()
