"""The visible checks of 02_linear_classifier, on linear_classifier.ipynb as saved: run `pytest` in this folder."""


def test_visible(visible_check):
    visible_check()
