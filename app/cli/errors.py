"""What a command says when it cannot do what it was asked to."""


class CommandError(RuntimeError):
    """The message is for people: why, and what to do."""
