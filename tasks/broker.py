"""Dramatiq, told as little as possible: it carries "look at image i of job j" and forgets it when it was taken.

Attempts, waits and recovery live in Postgres, so Dramatiq's own retries are off, and its messages may be lost or doubled.
"""

from datetime import timedelta

import redis
from dramatiq import Consumer
from dramatiq.brokers.redis import RedisBroker

from tasks import analyses as analysis_tasks
from tasks import approvals as approval_tasks
from tasks import archives as archive_tasks
from tasks import brands as brand_tasks
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
    brand_tasks,
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


POLL = timedelta(milliseconds=20)
"""How often a worker that idles asks Redis for images to make: half to three quarters of it is added to every start."""
OTHER_POLLS = timedelta(milliseconds=100)
"""Of queues whose work takes seconds, or for which nobody waits. When all ten were asked as often as the one for images, those
of delayed messages among them, an idle worker and its Redis took 16 % of a core; so they take 6 (measured 2026-11-21)."""


class PatientBroker(RedisBroker):
    """Listens to each queue as often as that needs, and to no queue of delayed messages: when comes from the outbox."""

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 0) -> Consumer:
        poll = POLL if queue_name == "render" else OTHER_POLLS
        return super().consume(queue_name, prefetch, round(poll.total_seconds() * 1000))

    def get_declared_delay_queues(self) -> set[str]:
        return set()


def make_broker(url: str) -> PatientBroker:
    """Connects when it is first used. Dead workers' messages return after 15 s, though nothing depends on that."""
    client = redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2)
    return PatientBroker(  # type: ignore[no-untyped-call] # dramatiq ships without types for its brokers
        client=client, middleware=[], namespace=NAMESPACE, heartbeat_timeout=15_000, maintenance_chance=100_000
    )
