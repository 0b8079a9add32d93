"""GraphQL on the wire: over HTTP, as server-sent events, and over sockets. What an operation means is `schema.execution`'s."""
