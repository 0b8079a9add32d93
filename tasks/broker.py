"""Dramatiq, told as little as possible: it carries "look at image i of job j" and forgets it when it was taken.

Attempts, waits and recovery live in Postgres, so Dramatiq's own retries are off, and its messages may be lost or doubled.
"""

import redis
from dramatiq.brokers.redis import RedisBroker

from tasks import analyses as analysis_tasks
from tasks import approvals as approval_tasks
from tasks import archives as archive_tasks
from tasks import calls as call_tasks
from tasks import chains as chain_tasks
from tasks import credits as credit_tasks
from tasks import jobs as job_tasks
from tasks import privacy as privacy_tasks
from tasks import project_analyses as project_analysis_tasks
from tasks import purge as purge_tasks
from tasks import training_ends as training_end_tasks
from tasks import trainings as training_tasks

MODULES = (
    analysis_tasks,
    approval_tasks,
    archive_tasks,
    call_tasks,
    chain_tasks,
    credit_tasks,
    job_tasks,
    privacy_tasks,
    project_analysis_tasks,
    purge_tasks,
    training_end_tasks,
    training_tasks,
)
"""Imported for the tasks they register."""

NAMESPACE = "likeness-tasks"


def make_broker(url: str) -> RedisBroker:
    """Connects when it is first used. Dead workers' messages return after 15 s, though nothing depends on that."""
    client = redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2)
    return RedisBroker(  # type: ignore[no-untyped-call] # dramatiq ships without types for its brokers
        client=client, middleware=[], namespace=NAMESPACE, heartbeat_timeout=15_000, maintenance_chance=100_000
    )
