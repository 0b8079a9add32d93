"""One short transaction on behalf of one user. Everything written through it is committed together or not at all.

Whoever writes first calls `lock_user`: all writers of one user's rows then stand in one line, in the order user, subject,
job, and cannot deadlock. Rows of other users are invisible here, whatever a query asks for.
"""

from typing import Protocol

from domain.ids import UserId
from domain.ports.accounts import Accounts
from domain.ports.adult import AdultAccounts
from domain.ports.analyses import Analyses
from domain.ports.analytics import Analytics
from domain.ports.answers import Answers
from domain.ports.approvals import Approvals
from domain.ports.archives import Archives
from domain.ports.brand_drafts import BrandDrafts
from domain.ports.brands import Brands
from domain.ports.calls import Calls
from domain.ports.chains import Chains
from domain.ports.consents import Consents
from domain.ports.content_sets import ContentSets
from domain.ports.credits import Credits
from domain.ports.deletions import Deletions
from domain.ports.event_log import EventLog
from domain.ports.exports import Exports
from domain.ports.files import Files
from domain.ports.images import Images
from domain.ports.influencers import Influencers
from domain.ports.jobs import Jobs
from domain.ports.linked_socials import LinkedSocials
from domain.ports.loras import Loras
from domain.ports.notifications import Notifications
from domain.ports.onboarding import OnboardingFacts
from domain.ports.outbox import Outbox
from domain.ports.personas import Personas
from domain.ports.profiles import Profiles
from domain.ports.project_analyses import ProjectAnalyses
from domain.ports.projects import Projects
from domain.ports.reviews import Reviews
from domain.ports.safety import Safety
from domain.ports.thumbnails import Thumbnails
from domain.ports.trainings import Trainings
from domain.ports.uploads import Uploads


class UnitOfWork(Protocol):
    @property
    def accounts(self) -> Accounts: ...
    @property
    def credits(self) -> Credits: ...
    @property
    def influencers(self) -> Influencers: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def calls(self) -> Calls: ...
    @property
    def images(self) -> Images: ...
    @property
    def archives(self) -> Archives: ...
    @property
    def exports(self) -> Exports: ...
    @property
    def files(self) -> Files: ...
    @property
    def uploads(self) -> Uploads: ...
    @property
    def trainings(self) -> Trainings: ...
    @property
    def chains(self) -> Chains: ...
    @property
    def loras(self) -> Loras: ...
    @property
    def events(self) -> EventLog: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def answers(self) -> Answers: ...
    @property
    def notifications(self) -> Notifications: ...
    @property
    def safety(self) -> Safety: ...
    @property
    def analytics(self) -> Analytics: ...
    @property
    def reviews(self) -> Reviews: ...
    @property
    def adult(self) -> AdultAccounts: ...
    @property
    def consents(self) -> Consents: ...
    @property
    def personas(self) -> Personas: ...
    @property
    def analyses(self) -> Analyses: ...
    @property
    def approvals(self) -> Approvals: ...
    @property
    def deletions(self) -> Deletions: ...
    @property
    def profiles(self) -> Profiles: ...
    @property
    def linked_socials(self) -> LinkedSocials: ...
    @property
    def onboarding(self) -> OnboardingFacts: ...
    @property
    def thumbnails(self) -> Thumbnails: ...
    @property
    def brands(self) -> Brands: ...
    @property
    def content_sets(self) -> ContentSets: ...
    @property
    def projects(self) -> Projects: ...
    @property
    def project_analyses(self) -> ProjectAnalyses: ...
    @property
    def brand_drafts(self) -> BrandDrafts: ...

    @property
    def has_written(self) -> bool:
        """Whether anything was written that a commit would keep."""
        ...

    async def lock_user(self, user_id: UserId) -> None: ...

    async def start_over(self) -> None:
        """Take back everything, and go on in a new transaction of the same user. Locks are gone: others may come between."""
        ...
