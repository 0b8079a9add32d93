"""What statements say of images that wait, wherever they stand: `db.render_line` tells what for."""

WAITS = "state = 'QUEUED' AND sent_at IS NULL"
UNDER_WAY = "state IN ('QUEUED', 'RENDERING') AND sent_at IS NOT NULL"
"""Sent or being made. As the indexes say it, so that they are used."""


def joining(users: str) -> str:
    """For the end of a statement that leaves images waiting, or an image less under way. `users` is a SELECT of their ids.

    Who stands in line keeps the place. Even then the row is locked: a relay that is about to take it away is waited for.
    """
    return f"""
INSERT INTO render_line (user_id) {users}
ON CONFLICT (user_id) DO UPDATE SET due_at = EXCLUDED.due_at WHERE render_line.due_at > EXCLUDED.due_at
"""
