"""A brand is read off files, or made from answers; what comes of it is a draft to review."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.brands.answers import BrandAnswer
from domain.brands.brand import BrandLook
from domain.brands.colors import contrast_of
from domain.brands.draft import (
    BrandDraft as DraftValue,
)
from domain.brands.draft import (
    BrandDraftStatus,
    BrandMaker,
    BrandPart,
    BrandSource,
    LocalBrandBecause,
)
from domain.brands.questions import QUESTIONS, BrandQuestionKey
from domain.brands.questions import BrandQuestion as QuestionValue
from resolvers import brand_drafts
from resolvers.context import Context
from schema.brand_types import BrandColor, BrandContrast, BrandFont
from schema.errors import UserError, user_errors
from schema.ids import Node, global_id
from schema.job_words import ERRORS
from schema.permissions import Public, SignedIn
from schema.uploads import upload_ids_of


@strawberry.type(description="A colour that was measured.")
class FoundColor:
    hex: str = strawberry.field(description="`#rrggbb`.")
    share: float = strawberry.field(
        description="Its part of all that is painted, 0 to 1. Shades of one colour count as one."
    )


@strawberry.type(
    description="A brand that was read off your files, or made from your answers. It changes nothing until you confirm it with `confirmBrand`. "
    "What it was read off is forgotten when it is READY; its end is told by a notification."
)
class BrandDraft(Node):
    source: BrandSource = strawberry.field(description="What it is made from.")
    status: BrandDraftStatus = strawberry.field(description="How far it is.")
    made_by: BrandMaker | None = strawberry.field(description="Who made it; null before it is READY, as is all below.")
    model: str | None = strawberry.field(description="The key of the model that made it; null where none did.")
    local_because: LocalBrandBecause | None = strawberry.field(
        description="Why only our own rules made it; null where a model did."
    )
    colors: list[BrandColor] = strawberry.field(description="With the roles that are proposed.")
    heading_font: BrandFont | None = strawberry.field(description="Null where none was found.")
    body_font: BrandFont | None = strawberry.field(description="Null where none was found.")
    voice: str | None = strawberry.field(
        description="Null where nothing is said of it. By our own rules: a document's own words behind a label such as 'Voice', in English."
    )
    audience: str | None = strawberry.field(description="Likewise, behind a label such as 'Audience'.")
    contrast: BrandContrast | None = strawberry.field(description="Of its text on its background; null without both.")
    palette: list[FoundColor] = strawberry.field(
        description="Everything that was measured in the files, the most frequent first; up to 12."
    )
    fonts: list[str] = strawberry.field(description="All fonts of the documents, that of most letters first; up to 8.")
    missing: list[BrandPart] = strawberry.field(description="What was not found: write it by hand.")
    error_code: str | None = strawberry.field(description="Stable; null unless it FAILED.")
    requested_at: datetime = strawberry.field(description="When it was asked for.")
    finished_at: datetime | None = strawberry.field(description="When it ended; null before.")
    confirmed_at: datetime | None = strawberry.field(description="When it was confirmed; null while it was not.")

    @classmethod
    def of(cls, draft: DraftValue) -> "BrandDraft":
        result, look = draft.result, draft.result.look if draft.result else BrandLook()
        return cls(
            id=global_id("BrandDraft", draft.id),
            source=draft.source,
            status=draft.status,
            made_by=result.made_by if result else None,
            model=result.model if result else None,
            local_because=result.because if result else None,
            colors=[BrandColor.of(color) for color in look.colors],
            heading_font=BrandFont.of(look.heading_font),
            body_font=BrandFont.of(look.body_font),
            voice=look.voice,
            audience=look.audience,
            contrast=BrandContrast.of(contrast_of(look.colors)),
            palette=[FoundColor(hex=one.hex, share=one.share) for one in result.found] if result else [],
            fonts=list(result.fonts) if result else [],
            missing=list(result.missing) if result else [],
            error_code=draft.error_code,
            requested_at=draft.requested_at,
            finished_at=draft.finished_at,
            confirmed_at=draft.confirmed_at,
        )


@strawberry.type(description="A choice of a question.")
class BrandQuestionOption:
    key: str = strawberry.field(description="Stable; an answer names it.")
    label: str = strawberry.field(description="For people.")


@strawberry.type(description="One of the five questions, for whoever has no brand to read yet.")
class BrandQuestion:
    key: BrandQuestionKey = strawberry.field(description="Stable; an answer names it.")
    question: str = strawberry.field(description="For people, in English.")
    help: str = strawberry.field(description="What a good answer says.")
    options: list[BrandQuestionOption] = strawberry.field(description="Empty where it is answered in words alone.")
    most_choices: int = strawberry.field(description="How many options an answer may name; 0 where there are none.")
    longest: int | None = strawberry.field(
        description="Characters of an answer in words; null where it is answered by options alone."
    )
    is_required: bool = strawberry.field(description="Whether it has to be answered.")

    @classmethod
    def of(cls, question: QuestionValue) -> "BrandQuestion":
        return cls(
            key=question.key,
            question=question.question,
            help=question.help,
            options=[BrandQuestionOption(key=one.key, label=one.label) for one in question.options],
            most_choices=question.most_choices,
            longest=question.longest,
            is_required=question.is_required,
        )


@strawberry.input(description="What `readBrand` takes.")
class ReadBrandInput:
    upload_ids: list[strawberry.ID] = strawberry.field(
        description="1 to 10 uploads that were announced as BRAND_DOCUMENT or BRAND_IMAGE, their files sent."
    )


@strawberry.input(description="An answer to one of `brandQuestions`.")
class BrandAnswerInput:
    key: BrandQuestionKey = strawberry.field(description="Which question.")
    choices: list[str] = strawberry.field(
        default_factory=list, description="Keys of its options, the first counts most."
    )
    text: str | None = strawberry.field(default=None, description="In your own words, where the question takes them.")

    def to_answer(self) -> BrandAnswer:
        return BrandAnswer(key=self.key, choices=tuple(self.choices), text=self.text)


@strawberry.input(description="What `answerBrandQuestions` takes.")
class AnswerBrandQuestionsInput:
    answers: list[BrandAnswerInput] = strawberry.field(description="One for each question that is required, at least.")


@strawberry.type(description="What `readBrand` and `answerBrandQuestions` answer.")
class BrandDraftPayload:
    draft: BrandDraft | None = strawberry.field(
        default=None, description="QUEUED, to be asked for again until it has ended; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type
class BrandQueries:
    @strawberry.field(permission_classes=[Public], description="Five questions that make a brand.")
    def brand_questions(self) -> list[BrandQuestion]:
        return [BrandQuestion.of(question) for question in QUESTIONS]


@strawberry.type
class BrandDraftMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Have a brand read off a PDF or pictures. Free, 20 drafts an hour with `answerBrandQuestions`; one that is being made is given "
        "up for it. Your brand stays as it is: what is found is `viewer.brandDraft`, to be confirmed. A model of OpenAI's reads them where "
        "this deployment has one, our own rules otherwise (`madeBy`). An `UploadRejectedError` says what is wrong with a file.",
    )
    @user_errors(BrandDraftPayload)
    async def read_brand(
        self,
        info: Info[Context, None],
        input: Annotated[ReadBrandInput, strawberry.argument(description="Which files.")],
    ) -> BrandDraftPayload:
        ids = upload_ids_of(input.upload_ids, field="uploadIds")
        return BrandDraftPayload(draft=BrandDraft.of(await brand_drafts.read(info.context, ids)))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Have a brand made from answers to `brandQuestions`. Free, as `readBrand`. A model of OpenAI's makes it where this deployment "
        "has one; otherwise a table of ours pairs the mood with two fonts and the colours with a palette, and voice and audience are your words.",
    )
    @user_errors(BrandDraftPayload)
    async def answer_brand_questions(
        self,
        info: Info[Context, None],
        input: Annotated[AnswerBrandQuestionsInput, strawberry.argument(description="The answers.")],
    ) -> BrandDraftPayload:
        answers = [one.to_answer() for one in input.answers]
        return BrandDraftPayload(draft=BrandDraft.of(await brand_drafts.answer(info.context, answers)))
