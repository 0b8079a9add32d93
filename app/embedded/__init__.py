"""Real Postgres and Valkey out of Python wheels, for a machine that has neither.

The wheels are used for their programs only; starting, stopping and privileges are ours. A server is a foreground child
in a session of its own, reached through a Unix socket in a private directory, never through TCP.
"""

from app.embedded.data_dir import DataDir, DataDirError, claim
from app.embedded.errors import EmbeddedServerError
from app.embedded.postgres import EmbeddedPostgres
from app.embedded.redis import EmbeddedRedis

__all__ = ["DataDir", "DataDirError", "EmbeddedPostgres", "EmbeddedRedis", "EmbeddedServerError", "claim"]
