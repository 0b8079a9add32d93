"""The unit of work over one connection whose transaction and row security `db.engine` has set up."""

from functools import cached_property

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncTransaction

from db.event_log import SqlEventLog
from db.outbox import SqlOutbox
from db.repositories.accounts import SqlAccounts
from db.repositories.answers import SqlAnswers
from db.repositories.credits import SqlCredits
from db.repositories.images import SqlImages
from db.repositories.influencers import SqlInfluencers
from db.repositories.jobs import SqlJobs
from db.repositories.notifications import SqlNotifications
from domain.ids import UserId

LOCK_USER = text("SELECT FROM users WHERE id = :user_id FOR NO KEY UPDATE")


class SqlUnitOfWork:
    """See `domain.ports.unit_of_work.UnitOfWork`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock_user(self, user_id: UserId) -> None:
        await self._connection.execute(LOCK_USER, {"user_id": user_id})

    async def savepoint(self) -> "SqlSavepoint":
        return SqlSavepoint(await self._connection.begin_nested())

    @cached_property
    def accounts(self) -> SqlAccounts:
        return SqlAccounts(self._connection)

    @cached_property
    def credits(self) -> SqlCredits:
        return SqlCredits(self._connection)

    @cached_property
    def influencers(self) -> SqlInfluencers:
        return SqlInfluencers(self._connection)

    @cached_property
    def jobs(self) -> SqlJobs:
        return SqlJobs(self._connection)

    @cached_property
    def images(self) -> SqlImages:
        return SqlImages(self._connection)

    @cached_property
    def events(self) -> SqlEventLog:
        return SqlEventLog(self._connection)

    @cached_property
    def outbox(self) -> SqlOutbox:
        return SqlOutbox(self._connection)

    @cached_property
    def answers(self) -> SqlAnswers:
        return SqlAnswers(self._connection)

    @cached_property
    def notifications(self) -> SqlNotifications:
        return SqlNotifications(self._connection)


class SqlSavepoint:
    """What is written after it can be undone without losing what came before."""

    def __init__(self, transaction: AsyncTransaction) -> None:
        self._transaction = transaction

    async def rollback(self) -> None:
        await self._transaction.rollback()

    async def release(self) -> None:
        await self._transaction.commit()
