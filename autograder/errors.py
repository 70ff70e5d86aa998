"""The base class of errors that a user can fix: they are shown in one line, without a traceback."""

from __future__ import annotations


class UserError(Exception):
    """Its words say what is wrong, where, and what to do; a command ends with them and exit status 2."""
