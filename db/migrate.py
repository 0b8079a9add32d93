"""Bring a database to the newest schema. Safe to run from many places at once: one works, the others wait and find it done."""

import hmac
from hashlib import sha256
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 7_236_001
"""An advisory lock's number, ours alone."""

SIGN_IN_ROLES = ("likeness_api", "likeness_worker")


def newest_revision() -> str:
    """What this code expects to find in `alembic_version`."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("There is no migration.")
    return head


def role_password(role: str, secret: bytes) -> str:
    """A role's password follows from the deployment's secret, so that it need not be kept anywhere."""
    return hmac.new(secret, b"database role:" + role.encode(), sha256).hexdigest()


async def migrate(url: str, *, role_secret: bytes | None = None, revision: str = "head") -> None:
    """`url` signs in as the owner. With `role_secret` the sign-in roles get their passwords set (see `role_password`)."""
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as guard:
            await guard.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
            work = create_async_engine(url, connect_args={"server_settings": {"lock_timeout": "5000"}})
            try:
                async with work.connect() as connection:
                    await connection.run_sync(_run, revision)
                    await connection.commit()
                if role_secret is not None:
                    async with work.begin() as connection:
                        await connection.run_sync(_set_passwords, role_secret)
            finally:
                await work.dispose()
    finally:
        await engine.dispose()


def _run(connection: Connection, revision: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    if revision == "base":
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


def _set_passwords(connection: Connection, secret: bytes) -> None:
    for role in SIGN_IN_ROLES:
        # A password cannot be a bind parameter; this one is hexadecimal and the role is one of ours.
        connection.exec_driver_sql(f"ALTER ROLE {role} PASSWORD '{role_password(role, secret)}'")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config
