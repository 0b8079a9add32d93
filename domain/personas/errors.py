"""Refusals of photos and for want of them, beside those of `domain.errors` and `domain.uploads.errors`."""

from collections.abc import Mapping

from domain.errors import Conflict, InvalidInput, NotFound
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


class NoPhotos(Conflict):
    """Nothing can be made of a persona without any."""

    def __init__(self) -> None:
        super().__init__(
            "This persona has no photos yet. Send some (`requestUploads`, then PUT), add them with `addPersonaPhotos`, and "
            "start again; `persona.nextStep` says how many are wanted. Nothing was charged."
        )


class TooFewPhotos(Conflict):
    """A likeness takes more photos than this persona has."""

    code = "TOO_FEW_PHOTOS"

    def __init__(self, missing: int) -> None:
        photos = "1 more photo" if missing == 1 else f"{missing} more photos"
        super().__init__(f"Add {photos} first: 5 are the least, 10 are recommended. Nothing was charged.")
        self.missing = missing

    @property
    def extensions(self) -> Mapping[str, object]:
        return {**super().extensions, "missingPhotoCount": self.missing}


class PhotoGone(NotFound):
    """A photo was removed while a job worked with it."""

    def __init__(self) -> None:
        super().__init__("A photo that this image was to be made from was removed.")
