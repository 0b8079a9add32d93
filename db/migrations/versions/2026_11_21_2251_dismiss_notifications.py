"""Notifications are dismissed, say what they are about, and go with age or with their subject.

What they are about is no foreign key: it may be gone, and the notification stays. An index gives each sort of list in its order.
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

NOTIFICATIONS = """
ALTER TABLE notifications
  ADD COLUMN dismissed_at timestamptz,
  ADD COLUMN lora_model_id uuid,
  ADD COLUMN subject_id uuid,
  ADD COLUMN archive_id uuid,
  ADD COLUMN project_id uuid;

DROP INDEX notifications_unread;
CREATE INDEX notifications_unread ON notifications (user_id, created_at DESC, id DESC)
  WHERE read_at IS NULL AND dismissed_at IS NULL;
CREATE INDEX notifications_listed ON notifications (user_id, created_at DESC, id DESC) WHERE dismissed_at IS NULL;
CREATE INDEX notifications_of_type ON notifications (user_id, type, created_at DESC, id DESC) WHERE dismissed_at IS NULL;
CREATE INDEX notifications_of_subject ON notifications (user_id, subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX notifications_by_age ON notifications (created_at);

GRANT UPDATE (title, body, dismissed_at) ON notifications TO likeness_api;
GRANT SELECT (id, created_at), DELETE ON notifications TO likeness_dispatch;
CREATE POLICY sweep ON notifications TO likeness_dispatch USING (true) WITH CHECK (true);
"""
BACK = """
DROP POLICY sweep ON notifications;
REVOKE SELECT (id, created_at), DELETE ON notifications FROM likeness_dispatch;
REVOKE UPDATE (title, body) ON notifications FROM likeness_api;
DROP INDEX notifications_unread, notifications_listed, notifications_of_type, notifications_of_subject, notifications_by_age;
DELETE FROM notifications WHERE dismissed_at IS NOT NULL;
ALTER TABLE notifications DROP COLUMN dismissed_at, DROP COLUMN lora_model_id, DROP COLUMN subject_id, DROP COLUMN archive_id,
  DROP COLUMN project_id;
CREATE INDEX notifications_unread ON notifications (user_id) WHERE read_at IS NULL;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(NOTIFICATIONS)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(BACK)
