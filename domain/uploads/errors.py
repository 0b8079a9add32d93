"""Refusals of uploads, beside those of `domain.errors`."""

from collections.abc import Mapping

from domain.errors import Conflict, InvalidInput
from domain.ids import UploadId
from domain.uploads.issues import Issue


class UploadRejected(InvalidInput):
    """A file was looked at and is not taken, now and ever: another one has to be sent. `field` is where it was named."""

    code = "UPLOAD_REJECTED"

    def __init__(self, issue: Issue, *, upload_id: UploadId, field: str) -> None:
        super().__init__(issue.message, field=field)
        self.issue, self.upload_id = issue, upload_id

    @property
    def extensions(self) -> Mapping[str, object]:
        return {**super().extensions, "issue": self.issue.code}


class UploadNotReady(Conflict):
    """There is no file to work with. `field` is where its upload was named."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class UploadNotSent(UploadNotReady):
    """Its file has not arrived. Once it has, the same request can be sent again."""

    code = "UPLOAD_NOT_SENT"

    def __init__(self, file_name: str, *, field: str) -> None:
        super().__init__(
            f"The file '{file_name}' has not arrived. PUT it to its upload's address first, then try again.",
            field=field,
        )


class UploadExpired(UploadNotReady):
    """Nothing used it in time, and its file is gone."""

    code = "UPLOAD_EXPIRED"

    def __init__(self, file_name: str | None, *, field: str) -> None:
        named = f"The file '{file_name}'" if file_name else "An uploaded file"
        super().__init__(f"{named} was not used in time and is gone. Request an upload and send it again.", field=field)


class ConsentRequired(Conflict):
    """No photo of a person is taken before their consent is recorded."""

    code = "CONSENT_REQUIRED"
