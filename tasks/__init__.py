"""Work that outlives a request: task functions, the outbox relay, schedules."""
