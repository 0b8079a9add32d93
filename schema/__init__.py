"""GraphQL as clients see it: types, inputs, payloads, descriptions, permissions. No decisions."""
