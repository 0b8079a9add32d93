"""Files that owners send: announced, sent by PUT, looked at."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.ids import UploadId
from domain.uploads.issues import Issue, IssueCode
from domain.uploads.upload import AnnouncedFile, UploadPurpose, UploadStatus
from domain.uploads.upload import Upload as UploadValue
from resolvers import uploads
from resolvers.context import Context
from resolvers.uploads import OpenUpload
from schema.errors import UserError, user_errors
from schema.ids import Node, global_id, id_of
from schema.job_words import ERRORS
from schema.permissions import SignedIn

ONLY_AT_FIRST = "Only told by `requestUploads`; null later."


@strawberry.type(description="A header of HTTP.")
class UploadHeader:
    name: str = strawberry.field(description="Its name.")
    value: str = strawberry.field(description="Its value.")


@strawberry.type(description="What is wrong with a file.")
class UploadIssue:
    code: IssueCode = strawberry.field(description="Stable, for programs.")
    message: str = strawberry.field(description="One sentence for people: the fact and the next step.")

    @classmethod
    def of(cls, issue: Issue) -> "UploadIssue":
        return cls(code=issue.code, message=issue.message)


@strawberry.type(
    description=(
        "A file of yours: announced, then sent to `url`, then looked at when it is first used, or by `checkUploads`. Only what "
        "is drawn anew from it is kept: upright, in sRGB, without EXIF, GPS or anything else that came along. The file itself "
        "is removed at once, and is never shown."
    )
)
class Upload(Node):
    purpose: UploadPurpose = strawberry.field(description="What it was announced for.")
    status: UploadStatus = strawberry.field(description="Where it is.")
    file_name: str = strawberry.field(description="As it was announced.")
    width: int | None = strawberry.field(description="Pixels, as it is looked at; null before it is READY.")
    height: int | None = strawberry.field(description="Likewise.")
    issue: UploadIssue | None = strawberry.field(description="What is wrong with it; null unless it is REJECTED.")
    url: str | None = strawberry.field(
        default=None,
        description=f"Where to send the file, its bytes as they are. The address is the permission: send no token. {ONLY_AT_FIRST}",
    )
    method: str | None = strawberry.field(default=None, description=f"How: PUT. {ONLY_AT_FIRST}")
    headers: list[UploadHeader] | None = strawberry.field(
        default=None, description=f"Headers to send with it; no others are needed. {ONLY_AT_FIRST}"
    )
    created_at: datetime = strawberry.field(description="When it was announced.")
    expires_at: datetime = strawberry.field(description="When its address stops taking the file.")
    usable_until: datetime = strawberry.field(description="When it goes, unless something uses it before.")

    @classmethod
    def of(cls, upload: UploadValue) -> "Upload":
        return cls(
            id=global_id("Upload", upload.id),
            purpose=upload.purpose,
            status=upload.status,
            file_name=upload.file_name,
            width=upload.width,
            height=upload.height,
            issue=UploadIssue.of(upload.issue) if upload.issue else None,
            created_at=upload.created_at,
            expires_at=upload.slot_expires_at,
            usable_until=upload.usable_until,
        )

    @classmethod
    def opened(cls, one: OpenUpload) -> "Upload":
        upload = cls.of(one.upload)
        upload.url, upload.method = one.slot.url, "PUT"
        upload.headers = [UploadHeader(name=name, value=value) for name, value in one.slot.headers.items()]
        return upload


@strawberry.input(description="A file that will be sent.")
class UploadFileInput:
    file_name: str = strawberry.field(description="Its name, for messages. 1 to 200 characters.")
    content_type: str = strawberry.field(
        description="`image/jpeg`, `image/png` or `image/webp`; `application/pdf` for a BRAND_DOCUMENT."
    )
    size_bytes: int = strawberry.field(
        description="Its exact size in bytes; 10,485,760 (10 MB) at the most; of a PDF 20,971,520 (20 MB)."
    )

    def to_file(self) -> AnnouncedFile:
        return AnnouncedFile(
            file_name=self.file_name, content_type=self.content_type.strip().lower(), size_bytes=self.size_bytes
        )


@strawberry.input(description="What `requestUploads` takes.")
class RequestUploadsInput:
    purpose: UploadPurpose = strawberry.field(description="What the files are for.")
    files: list[UploadFileInput] = strawberry.field(description="1 to 20 files.")


@strawberry.type(description="What `requestUploads` answers.")
class RequestUploadsPayload:
    uploads: list[Upload] | None = strawberry.field(
        default=None, description="One for each file, in that order; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.input(description="What `checkUploads` takes.")
class CheckUploadsInput:
    upload_ids: list[strawberry.ID] = strawberry.field(description="1 to 20 uploads whose files were sent.")


@strawberry.type(description="What `checkUploads` answers.")
class CheckUploadsPayload:
    uploads: list[Upload] | None = strawberry.field(
        default=None, description="They, in that order, READY or REJECTED; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


def upload_ids_of(values: list[strawberry.ID], *, field: str) -> list[UploadId]:
    return [UploadId(id_of(value, "Upload", field=field)) for value in values]


@strawberry.type
class UploadMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Room for up to 20 files. Free. Send each by PUT to its `url` with its `headers`, then name it by its `id` where it "
            "is used. What nothing uses goes after a day. A `ConsentRequiredError`: photos of a person come after that person's "
            "consent. A `LimitReachedError`: 60 files are waiting to be used already."
        ),
    )
    @user_errors(RequestUploadsPayload)
    async def request_uploads(
        self,
        info: Info[Context, None],
        input: Annotated[RequestUploadsInput, strawberry.argument(description="Which files.")],
    ) -> RequestUploadsPayload:
        opened = await uploads.request(info.context, input.purpose, [file.to_file() for file in input.files])
        return RequestUploadsPayload(uploads=[Upload.opened(one) for one in opened])

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Have files looked at now, rather than when they are first used. Free; a second call changes nothing. A file that is "
            "not taken is no error here: its upload is REJECTED and says why. A `ConflictError` names a file that has not "
            "arrived (`UPLOAD_NOT_SENT`) or is gone (`UPLOAD_EXPIRED`)."
        ),
    )
    @user_errors(CheckUploadsPayload)
    async def check_uploads(
        self,
        info: Info[Context, None],
        input: Annotated[CheckUploadsInput, strawberry.argument(description="Which uploads.")],
    ) -> CheckUploadsPayload:
        ids = upload_ids_of(input.upload_ids, field="uploadIds")
        return CheckUploadsPayload(uploads=[Upload.of(one) for one in await uploads.check(info.context, ids)])
