"""Lets a migration be written as one piece of SQL: asyncpg prepares what SQLAlchemy sends, and that takes one statement."""

from alembic import op
from sqlalchemy.util import await_only


def run_script(sql: str) -> None:
    """Run many statements in the migration's own transaction."""
    bind = op.get_bind()
    bind.exec_driver_sql("SELECT 1")  # the adapter begins its transaction with the first statement it sees
    driver = bind.connection.driver_connection
    if driver is None:
        raise RuntimeError("Migrations need a live connection; there is no offline mode.")
    await_only(driver.execute(sql))
