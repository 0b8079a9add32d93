"""The API refuses to serve with a database role that could get around row security."""

from sqlalchemy import text

from db.engine import Database

STANDING = text("""
SELECT current_user AS name, r.rolsuper OR r.rolbypassrls AS is_above,
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = 'public' AND c.relowner = r.oid) AS owns_tables
  FROM pg_roles r WHERE r.rolname = current_user
""")


class UnsafeRoleError(RuntimeError):
    """The message says what to do."""


async def check_api_role(database: Database) -> None:
    async with database.as_nobody() as connection:
        role = (await connection.execute(STANDING)).one()
    if role.is_above or role.owns_tables:
        raise UnsafeRoleError(
            f"The API would sign in to Postgres as '{role.name}', which row security does not bind. "
            "Let it sign in as likeness_api (API_DATABASE_URL)."
        )
