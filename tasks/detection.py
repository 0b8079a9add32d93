"""An adult image is looked at by the second detector before it is kept anywhere; what came of it is logged either way."""

from hashlib import sha256

from domain.errors import ProviderMisconfigured
from domain.ids import UserId
from domain.images.picture import Picture
from domain.safety.detection import check_detection, decision_of_detection
from tasks.registry import Services

NO_DETECTOR = "Nothing that is configured here can check this picture. The operator has been told."


async def check_adult_image(services: Services, user_id: UserId, picture: Picture) -> None:
    """Returns only for one that was let through. Outside of any transaction, but for the log's own.

    Raises `ProviderRefused` for one that was not, and what `ImageDetector` raises: an image nobody looked at is not kept.
    """
    if services.detector is None:
        raise ProviderMisconfigured(NO_DETECTOR, detail="ADULT_DETECTOR_URL is not set for this worker")
    found = await services.detector.detect(picture)
    decision = decision_of_detection(found, sha256=sha256(picture.data).hexdigest(), at=services.now())
    async with services.unit_of_work(user_id) as uow:
        await uow.lock_user(user_id)
        await uow.safety.log(user_id, decision)
    check_detection(found)
