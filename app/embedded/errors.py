"""What goes wrong with an embedded server, in words for the person at the terminal."""


class EmbeddedServerError(RuntimeError):
    """An embedded server cannot run. The message is a sentence and, where the server spoke, its last log lines."""
