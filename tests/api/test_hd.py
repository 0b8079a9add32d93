"""HD can be seen: with the LoRA, the offline sketch draws the same pose in the colours of the pictures it was trained on."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import numpy as np
from PIL import Image

from app.settings import Settings
from app.worker import running_worker
from domain.images.image import StoredFile
from domain.images.picture import Picture
from providers.local.likeness.measuring import measured
from tests.api.test_trainings import ended, start
from tests.support.owner import Owner
from tests.support.studio import Studio
from tests.support.trainer_requests import jpeg_of
from tests.unit.test_local_learned import FAIR, distance, measured_colour, palette_of, pictures_of

FILE = "SELECT storage_key FROM images WHERE kind = 'PACK' AND seed = 7 ORDER BY created_at DESC LIMIT 1"


async def test_the_same_seed_is_another_picture_with_the_lora_and_nearer_to_what_it_was_trained_on(
    studio: Studio, owner: Owner, settings: Settings
) -> None:
    influencer = await owner.influencer_with_face(studio)  # auburn and mediterranean
    await owner.grant(studio, 20_000)
    images = [(await owner.give_images(studio, influencer, 1))[0] for _ in pictures_of(FAIR)]
    keys = [
        key for (key,) in await owner.rows("SELECT storage_key FROM images WHERE kind = 'PACK' ORDER BY created_at")
    ]

    async with running_worker(replace(settings, local_training=timedelta())) as running:
        files = running.services.files
        for key, picture in zip(keys, pictures_of(FAIR), strict=True):
            data = jpeg_of(picture).data
            await files.put(StoredFile(key=key, sha256="", content_type="image/jpeg", size_bytes=len(data)), data)

        async def one() -> bytes:
            pack = await studio.start_pack(influencer, count=1, seed=7, aspectRatio="SQUARE_1_1")
            assert (await studio.ended(pack["job"]["id"]))["status"] == "COMPLETED"
            return await files.get(await owner.value(FILE))

        swapped = await one()
        begun = await start(studio, {"subjectId": influencer, "imageIds": images})
        assert (await ended(studio, begun["loraModel"]["id"]))["status"] == "READY"
        with_lora = await one()

    modes = await owner.rows("SELECT mode FROM images WHERE seed = 7 AND kind = 'PACK' ORDER BY created_at")
    assert modes == [("FACE_SWAP",), ("LORA",)]
    pixels = [np.asarray(Image.open(BytesIO(data)).convert("RGB"), dtype=np.float32) for data in (swapped, with_lora)]
    assert pixels[0].shape == pixels[1].shape
    assert float(np.abs(pixels[0] - pixels[1]).mean()) > 3
    learned = palette_of(FAIR)
    for part in ("skin", "hair"):
        before, after = (
            distance(measured_colour(measured([Picture(data, "image/jpeg")]), part), measured_colour(learned, part))
            for data in (swapped, with_lora)
        )
        assert after < 0.7 * before, part
