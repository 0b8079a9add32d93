"""Refusals of photos, beside those of `domain.errors` and `domain.uploads.errors`."""

from collections.abc import Mapping

from domain.errors import InvalidInput
from domain.ids import UploadId


class PhotoDuplicate(InvalidInput):
    """This photo is there already, or twice in one call: the same bytes, or the same picture saved otherwise."""

    code = "PHOTO_DUPLICATE"

    def __init__(self, *, index: int, upload_id: UploadId, is_exact: bool) -> None:
        what = "the same as" if is_exact else "nearly the same picture as"
        super().__init__(
            f"Photo {index + 1} is {what} another one. Leave it out, or send one from another moment. None was added.",
            field=f"uploadIds.{index}",
        )
        self.upload_id, self.is_exact = upload_id, is_exact

    @property
    def extensions(self) -> Mapping[str, object]:
        return {**super().extensions, "isExact": self.is_exact}
