"""What a user can mend: the base class of all errors whose words are shown without a traceback."""

from __future__ import annotations


class UserError(Exception):
    """Its words say what is wrong, where, and what to do; a command ends with them and exit status 2."""
