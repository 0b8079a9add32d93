"""The unit of work over one transaction of one user (see `db.transaction`)."""

from db.event_log import SqlEventLog
from db.outbox import SqlOutbox
from db.repositories.accounts import SqlAccounts
from db.repositories.adult import SqlAdultAccounts
from db.repositories.analyses import SqlAnalyses
from db.repositories.analytics import SqlAnalytics
from db.repositories.answers import SqlAnswers
from db.repositories.approvals import SqlApprovals
from db.repositories.archives import SqlArchives
from db.repositories.brand_drafts import SqlBrandDrafts
from db.repositories.brands import SqlBrands
from db.repositories.calls import SqlCalls
from db.repositories.chains import SqlChains
from db.repositories.consents import SqlConsents
from db.repositories.content_sets import SqlContentSets
from db.repositories.credits import SqlCredits
from db.repositories.deletions import SqlDeletions
from db.repositories.exports import SqlExports
from db.repositories.files import SqlFiles
from db.repositories.images import SqlImages
from db.repositories.influencers import SqlInfluencers
from db.repositories.jobs import SqlJobs
from db.repositories.linked_socials import SqlLinkedSocials
from db.repositories.loras import SqlLoras
from db.repositories.notifications import SqlNotifications
from db.repositories.onboarding import SqlOnboarding
from db.repositories.personas import SqlPersonas
from db.repositories.profiles import SqlProfiles
from db.repositories.project_analyses import SqlProjectAnalyses
from db.repositories.projects import SqlProjects
from db.repositories.reviews import SqlReviews
from db.repositories.safety import SqlSafety
from db.repositories.thumbnails import SqlThumbnails
from db.repositories.trainings import SqlTrainings
from db.repositories.uploads import SqlUploads
from db.transaction import Transaction
from domain.ids import UserId


class SqlUnitOfWork:
    """See `domain.ports.unit_of_work.UnitOfWork`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self.outbox = SqlOutbox(transaction)

    @property
    def has_written(self) -> bool:
        return self._transaction.has_written or self.outbox.has_messages

    async def lock_user(self, user_id: UserId) -> None:
        await self._transaction.lock_user(user_id)

    async def start_over(self) -> None:
        self.outbox.clear()
        await self._transaction.rollback()

    async def finish(self) -> None:
        """What waited for the end of the work is written. The commit is the caller's."""
        await self.outbox.write()

    @property
    def accounts(self) -> SqlAccounts:
        return SqlAccounts(self._transaction)

    @property
    def credits(self) -> SqlCredits:
        return SqlCredits(self._transaction)

    @property
    def influencers(self) -> SqlInfluencers:
        return SqlInfluencers(self._transaction)

    @property
    def jobs(self) -> SqlJobs:
        return SqlJobs(self._transaction)

    @property
    def calls(self) -> SqlCalls:
        return SqlCalls(self._transaction)

    @property
    def images(self) -> SqlImages:
        return SqlImages(self._transaction)

    @property
    def archives(self) -> SqlArchives:
        return SqlArchives(self._transaction)

    @property
    def exports(self) -> SqlExports:
        return SqlExports(self._transaction)

    @property
    def files(self) -> SqlFiles:
        return SqlFiles(self._transaction)

    @property
    def uploads(self) -> SqlUploads:
        return SqlUploads(self._transaction)

    @property
    def trainings(self) -> SqlTrainings:
        return SqlTrainings(self._transaction)

    @property
    def chains(self) -> SqlChains:
        return SqlChains(self._transaction)

    @property
    def loras(self) -> SqlLoras:
        return SqlLoras(self._transaction)

    @property
    def events(self) -> SqlEventLog:
        return SqlEventLog(self._transaction)

    @property
    def answers(self) -> SqlAnswers:
        return SqlAnswers(self._transaction)

    @property
    def notifications(self) -> SqlNotifications:
        return SqlNotifications(self._transaction, self.outbox)

    @property
    def safety(self) -> SqlSafety:
        return SqlSafety(self._transaction)

    @property
    def analytics(self) -> SqlAnalytics:
        return SqlAnalytics(self._transaction)

    @property
    def reviews(self) -> SqlReviews:
        return SqlReviews(self._transaction)

    @property
    def adult(self) -> SqlAdultAccounts:
        return SqlAdultAccounts(self._transaction)

    @property
    def consents(self) -> SqlConsents:
        return SqlConsents(self._transaction)

    @property
    def personas(self) -> SqlPersonas:
        return SqlPersonas(self._transaction)

    @property
    def analyses(self) -> SqlAnalyses:
        return SqlAnalyses(self._transaction)

    @property
    def approvals(self) -> SqlApprovals:
        return SqlApprovals(self._transaction)

    @property
    def deletions(self) -> SqlDeletions:
        return SqlDeletions(self._transaction)

    @property
    def profiles(self) -> SqlProfiles:
        return SqlProfiles(self._transaction)

    @property
    def linked_socials(self) -> SqlLinkedSocials:
        return SqlLinkedSocials(self._transaction)

    @property
    def onboarding(self) -> SqlOnboarding:
        return SqlOnboarding(self._transaction)

    @property
    def thumbnails(self) -> SqlThumbnails:
        return SqlThumbnails(self._transaction)

    @property
    def brands(self) -> SqlBrands:
        return SqlBrands(self._transaction)

    @property
    def content_sets(self) -> SqlContentSets:
        return SqlContentSets(self._transaction)

    @property
    def projects(self) -> SqlProjects:
        return SqlProjects(self._transaction)

    @property
    def project_analyses(self) -> SqlProjectAnalyses:
        return SqlProjectAnalyses(self._transaction)

    @property
    def brand_drafts(self) -> SqlBrandDrafts:
        return SqlBrandDrafts(self._transaction)
