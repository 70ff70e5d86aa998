"""The visible checks of 10_svhn, on svhn.ipynb as saved: run `pytest` in this folder."""


def test_visible(visible_check):
    visible_check()
