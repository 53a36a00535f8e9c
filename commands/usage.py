"""What was typed cannot be done as it stands."""


class UsageError(Exception):
    """A sentence about the arguments; the program ends with status 2."""
