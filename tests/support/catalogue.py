"""What Postgres itself says is in the schema `public`: for tests that must notice what nobody told them of."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

RELATIONS = text("""
SELECT c.relname AS name, c.relkind::text AS kind, c.relrowsecurity AS secured, c.relforcerowsecurity AS forced,
       coalesce(c.reloptions @> '{security_invoker=true}', false) AS asks_as_caller,
       (SELECT a.attname FROM pg_attribute a
         WHERE a.attrelid = c.oid AND a.attname = CASE c.relname WHEN 'users' THEN 'id' ELSE 'user_id' END) AS owner
  FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY c.relname
""")
COLUMNS = text("""
SELECT a.attname FROM pg_attribute a
 WHERE a.attrelid = CAST(:relation AS text)::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity = ''
   AND (CAST(:privilege AS text) IS NULL OR has_column_privilege(:role, a.attrelid, a.attnum, :privilege)) ORDER BY a.attnum
""")
PRIVILEGES = text("""
SELECT c.relname, p.privilege,
       coalesce(string_agg(a.attname, ' ' ORDER BY a.attnum) FILTER (WHERE NOT has_table_privilege(:role, c.oid, p.privilege)), '*')
  FROM pg_class c CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS p (privilege)
  JOIN pg_attribute a
    ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND has_column_privilege(:role, c.oid, a.attnum, p.privilege)
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') GROUP BY c.relname, p.privilege
UNION ALL
SELECT c.relname, p.privilege, '*'
  FROM pg_class c CROSS JOIN unnest(ARRAY['DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN']) AS p (privilege)
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND has_table_privilege(:role, c.oid, p.privilege)
""")

DUMP = """
SELECT 'column', c.relname, a.attname,
       concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END, a.attidentity,
                 pg_get_expr(d.adbin, d.adrelid))
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
UNION ALL SELECT 'relation', c.relname, c.relkind::text, concat_ws(' ', c.relrowsecurity, c.relforcerowsecurity, c.reloptions)
  FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
UNION ALL SELECT 'grant on relation', c.relname, g.item::text, ''
  FROM pg_class c CROSS JOIN unnest(c.relacl) AS g (item) WHERE c.relnamespace = 'public'::regnamespace
UNION ALL SELECT 'grant on column', c.relname, a.attname, g.item::text
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid CROSS JOIN unnest(a.attacl) AS g (item)
 WHERE c.relnamespace = 'public'::regnamespace
UNION ALL SELECT 'grant on schema', n.nspname, g.item::text, ''
  FROM pg_namespace n CROSS JOIN unnest(n.nspacl) AS g (item) WHERE n.nspname = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'policy', tablename, policyname, concat_ws(' ', permissive, roles, cmd, qual, with_check)
  FROM pg_policies WHERE schemaname = 'public'
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', proname, '', pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'view', viewname, '', definition FROM pg_views WHERE schemaname = 'public'
UNION ALL SELECT 'type', typname, typtype::text, '' FROM pg_type WHERE typnamespace = 'public'::regnamespace
"""
"""The whole schema as rows that can be compared."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A table, view, materialised view, partition or foreign table. `owner` is the column that says whose row it is."""

    name: str
    kind: str
    secured: bool
    forced: bool
    asks_as_caller: bool
    owner: str | None

    @property
    def is_view(self) -> bool:
        return self.kind == "v"


async def relations_of(connection: AsyncConnection) -> Sequence[Relation]:
    return [Relation(*row) for row in await connection.execute(RELATIONS)]


async def columns_of(
    connection: AsyncConnection, relation: str, *, role: str = "", privilege: str | None = None
) -> list[str]:
    """That can be written at all; with `privilege`, only those where `role` has it."""
    found = await connection.execute(
        COLUMNS, {"relation": relation, "role": role or "postgres", "privilege": privilege}
    )
    return [name for (name,) in found]


async def privileges_of(connection: AsyncConnection, role: str) -> dict[str, dict[str, str]]:
    """By relation and privilege: the columns, or * for all of them."""
    found: dict[str, dict[str, str]] = {}
    for relation, privilege, columns in await connection.execute(PRIVILEGES, {"role": role}):
        found.setdefault(relation, {})[privilege] = columns
    return found
