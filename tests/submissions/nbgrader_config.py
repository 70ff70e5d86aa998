"""The course as nbgrader sees it: `nbgrader` commands work in this folder."""

from autograder.nbgrader_bridge import configure

configure(get_config())  # noqa: F821 - nbgrader puts get_config here
