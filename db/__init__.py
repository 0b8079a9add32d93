"""Postgres: engine, repositories, queries, row security and migrations. SQL is written as SQL (docs/decisions/0003)."""
